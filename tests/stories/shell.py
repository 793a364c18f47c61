"""As much of a shell, curl and jq as the worked examples in the documents use, against the app itself."""

import json
import re
from dataclasses import dataclass, field

from django.core.management import call_command
from rest_framework.test import APIClient

BASE = "http://127.0.0.1:8000"
_KEEP = re.compile(r"^(\w+)=\$\((.*)\)$")
_VARIABLE = re.compile(r"\$(\w+)")
_WORD = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"]+""")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command printed, and, of a call, its status and code."""

    text: str = ""
    status: int | None = None
    code: str = ""


@dataclass
class Shell:
    """Runs one line after the other; ``variables`` are what the lines have kept so far."""

    variables: dict[str, str] = field(default_factory=dict)

    def run(self, line: str) -> Answer:
        """The line has run, and what it keeps is kept."""
        if kept := _KEEP.match(line):
            answer = self._command(kept[2])
            self.variables[kept[1]] = answer.text
            return answer
        if (simple := re.match(r"^(\w+)=(\S+|'.*')$", line)) is not None:
            self.variables[simple[1]] = simple[2].strip("'")
            return Answer()
        return self._command(line)

    def _command(self, line: str) -> Answer:
        command, _, path = line.partition(" | jq -r ")
        wanted = path.strip("'")
        words = [self._filled(word) for word in _words(command)]
        if words[0] == "curl":
            return self._curl(words[1:], wanted)
        if words[:2] == ["./guild", "manage"]:
            return Answer(text=_output(*words[2:]))
        if words[0] == "test":
            assert words[1] == words[3], line
            return Answer()
        raise ValueError(f"The examples know no {words[0]}")

    def _filled(self, word: tuple[str, bool]) -> str:
        text, is_literal = word
        return text if is_literal else _VARIABLE.sub(lambda found: self.variables[found[1]], text)

    def _curl(self, words: list[str], wanted: str) -> Answer:
        headers, body, method, url = {}, None, None, ""
        left = iter(words)
        for word in left:
            if word == "-H":
                name, _, value = next(left).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = next(left)
            elif word == "-X":
                method = next(left)
            elif word != "-s":
                url = word
        client = APIClient(headers={name: value for name, value in headers.items() if name != "Content-Type"})
        verb = (method or ("POST" if body is not None else "GET")).lower()
        options = {} if body is None else {"data": body, "content_type": headers["Content-Type"]}
        answer = getattr(client, verb)(url.removeprefix(BASE), **options)
        shown = json.loads(answer.content)
        text = str(_picked(shown, wanted)) if wanted and answer.status_code < 400 else ""
        return Answer(text=text, status=answer.status_code, code=shown.get("code", ""))


def _words(command: str) -> list[tuple[str, bool]]:
    """The words of a command, and of each whether it stood in single quotes, where a shell fills nothing in."""
    return [(_bare(word), word.startswith("'")) for word in _WORD.findall(command)]


def _bare(word: str) -> str:
    return word[1:-1].replace('\\"', '"') if word[0] in "'\"" else word


def _picked(value, path):
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        value = value[name] if name else value[int(index)]
    return value


def _output(*words: str) -> str:
    from io import StringIO

    told = StringIO()
    call_command(*words, stdout=told)
    return told.getvalue().strip()
