import pytest


@pytest.mark.django_db
def test_the_front_page_leads_to_the_documents_and_the_back_office(client):
    page = client.get("/")

    assert page.status_code == 200
    assert b'href="/api/docs/"' in page.content
    assert b'href="/admin/"' in page.content


def test_browsers_find_the_mark(client):
    answer = client.get("/favicon.ico")

    assert answer.status_code == 302
    assert answer.url.endswith(".svg")
