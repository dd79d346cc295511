"""Canaries: what formtools does that our wizard must not. They fail when formtools changes.

Each is tried on a small wizard of its own, without our middleware. The docstrings say what our
code does instead, and where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.contrib.sessions.models import Session
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, JsonResponse
from django.test import Client
from django.urls import path
from formtools.wizard import views
from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

COOKIE_BYTES = 4096  # what a browser keeps of one cookie, name and attributes included


class First(forms.Form):
    kind = forms.CharField()


class Second(forms.Form):
    colour = forms.CharField()


class Third(forms.Form):
    kind = forms.CharField()


class Picture(forms.Form):
    picture = forms.FileField()


STEPS = [("first", First), ("second", Second), ("third", Third)]
UPLOAD = [("picture", Picture), ("last", First)]
done_with: list[dict[str, Any]] = []
fault: list[Exception] = []


def not_skipped(wizard: Any) -> bool:
    """The second step is asked unless the first says `skip`."""
    return (wizard.storage.get_step_data("first") or {}).get("first-kind") != "skip"


class Shown:
    """Answers with what a template would be given, and notes each call of `done`."""

    def render_to_response(self, context: dict[str, Any]) -> HttpResponse:
        form, steps = context["form"], context["wizard"]["steps"]
        typed = dict(form.data.items()) if form.is_bound else {}
        return JsonResponse({"step": steps.current, "errors": form.errors, "typed": typed})

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        done_with.append(self.get_all_cleaned_data())  # type: ignore[attr-defined]
        if fault:
            raise fault.pop()
        return HttpResponse("done")


class Named(Shown, views.NamedUrlSessionWizardView):  # type: ignore[misc]
    condition_dict = {"second": not_skipped}


class Plain(Shown, views.SessionWizardView):  # type: ignore[misc]
    pass


class InCookies(Shown, views.CookieWizardView):  # type: ignore[misc]
    pass


class OwnList(Shown, views.SessionWizardView):  # type: ignore[misc]
    def get_form_list(self) -> Any:
        return self.form_list


class AsksItsForms(Shown, views.SessionWizardView):  # type: ignore[misc]
    """Its condition looks at the cleaned answer of a step that is itself skipped."""

    condition_dict = {
        "second": lambda wizard: False,
        "third": lambda wizard: wizard.get_cleaned_data_for_step("second") is None,
    }

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse({"second": self.get_cleaned_data_for_step("second")})


class WithFiles(Shown, views.NamedUrlSessionWizardView):  # type: ignore[misc]
    file_storage = InMemoryStorage()


urlpatterns = [
    path("named/", Named.as_view(STEPS, url_name="named-step"), name="named"),
    path("named/<slug:step>/", Named.as_view(STEPS, url_name="named-step"), name="named-step"),
    path("plain/", Plain.as_view(STEPS)),
    path("cookies/", InCookies.as_view(STEPS)),
    path("own-list/", OwnList.as_view(STEPS)),
    path("asks/", AsksItsForms.as_view(STEPS)),
    path("files/<slug:step>/", WithFiles.as_view(UPLOAD, url_name="files"), name="files"),
]


@pytest.fixture(autouse=True)
def bare(settings: Settings) -> Iterator[None]:
    """Sessions and nothing else; a clean sheet for what is noted."""
    settings.MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
    done_with.clear()
    fault.clear()
    WithFiles.file_storage = InMemoryStorage()
    yield


def post(client: Client, step: str, text: Any, *, field: str = "kind", to: str = "") -> Any:
    """Send a step of the named wizard as its page would; `to` is the URL's step if another."""
    posted = {"named-current_step": step, f"{step}-{field}": text}
    return client.post(f"/named/{to or step}/", posted)


def answer_all(client: Client) -> Any:
    """All three steps; returns the response to the last."""
    client.get("/named/first/")
    post(client, "first", "card")
    post(client, "second", "red", field="colour")
    return post(client, "third", "letter")


def stored(client: Client, wizard: str = "wizard_named") -> dict[str, Any]:
    """What the session holds of a wizard."""
    held: dict[str, Any] = client.session[wizard]
    return held


# 1 and 2: the end


@pytest.mark.parametrize("method", ["get", "head"])
def test_done_runs_on_a_look(client: Client, method: str) -> None:
    """Our `done` does nothing; the plan is made by a POST (`cases/views/check.py`)."""
    assert answer_all(client)["Location"] == "/named/done/"
    assert not done_with

    getattr(client, method)("/named/done/")

    assert len(done_with) == 1


def test_a_second_look_at_the_end_leads_to_the_first_step(client: Client) -> None:
    """Our plan has an address of its own that bears reloading (`cases/views/plan.py`)."""
    answer_all(client)
    client.get("/named/done/")

    assert client.get("/named/done/")["Location"] == "/named/first/"


def test_two_ends_at_once_are_done_twice(client: Client) -> None:
    """Our submission has a key that the database holds unique (`cases/services.py`)."""
    answer_all(client)
    row = Session.objects.get()

    client.get("/named/done/")
    row.save()  # as the other request, which had read the session before
    client.get("/named/done/")

    assert len(done_with) == 2


def test_a_fault_in_done_keeps_the_answers(client: Client) -> None:
    """The answers are in the case, which no end empties (`cases/wizard/storage.py`)."""
    answer_all(client)
    fault.append(RuntimeError("no paper"))

    with pytest.raises(RuntimeError):
        client.get("/named/done/")

    assert client.get("/named/done/").content == b"done"
    assert done_with[0] == done_with[1]


# 3 to 6: which step it is


def test_a_deep_link_shows_a_later_step_and_the_end_bounces_silently(client: Client) -> None:
    """`elsewhere` leads to the question that is due and says so (`cases/views/wizard.py`)."""
    assert client.get("/named/third/").json()["step"] == "third"

    post(client, "third", "letter")
    bounced = client.get("/named/done/")

    assert bounced["Location"] == "/named/first/"
    assert client.get("/named/first/").json()["errors"] == {}


def test_a_post_to_a_step_that_is_not_asked_is_a_key_error(client: Client) -> None:
    """`post` asks the walk first; the text is kept (`keep_unasked`, `cases/views/wizard.py`)."""
    client.get("/named/first/")
    post(client, "first", "skip")

    with pytest.raises(KeyError):
        post(client, "second", "red", field="colour")


def test_a_forged_step_is_a_key_error(client: Client) -> None:
    """The step is the one in the URL, looked up in `BY_NAME` (`cases/views/wizard.py`)."""
    client.get("/named/first/")
    post(client, "first", "card")

    with pytest.raises(KeyError):
        post(client, "zzz", "card", to="first")


def test_a_missing_management_form_is_a_bad_request(client: Client) -> None:
    """Our pages have no management form (`cases/views/wizard.py`)."""
    client.get("/named/first/")

    assert client.post("/named/first/", {"first-kind": "card"}).status_code == 400


def test_the_step_in_the_url_is_ignored_on_a_post(client: Client) -> None:
    """With us it is the only one (`cases/views/wizard.py`)."""
    client.get("/named/first/")

    post(client, "first", "card", to="third")

    assert list(stored(client)["step_data"]) == ["first"]


# 7 and 8: what was answered


def test_a_step_no_longer_asked_keeps_its_answer(client: Client) -> None:
    """The walk counts asked steps only; what falls is named (`cases/wizard/steps.py`)."""
    answer_all(client)

    post(client, "first", "skip")

    assert stored(client)["step_data"]["second"]["second-colour"] == ["red"]


def test_questions_of_one_name_overwrite_each_other(client: Client) -> None:
    """Our answers are kept by step, and every question has a name of its own (`steps.py`)."""
    answer_all(client)
    client.get("/named/done/")

    assert done_with == [{"kind": "letter", "colour": "red"}]


def test_the_answer_of_a_skipped_step_is_a_key_error(client: Client) -> None:
    """Our conditions read stored answers and build no form (`cases/wizard/answers.py`)."""
    client.get("/asks/")
    client.post("/asks/", {"asks_its_forms-current_step": "first", "first-kind": "card"})

    with pytest.raises(KeyError):
        client.post("/asks/", {"asks_its_forms-current_step": "third", "third-kind": "x"})


# 10: the list of forms


def test_a_wizard_with_a_form_list_of_its_own_fails_on_post(client: Client) -> None:
    """Ours uses `condition_dict` and a `post` of its own (`cases/views/wizard.py`)."""
    client.get("/own-list/")

    with pytest.raises(AttributeError, match="_resolved_form_list"):
        client.post("/own-list/", {"own_list-current_step": "first", "first-kind": "card"})


# 12: going back


def test_going_back_throws_away_what_was_typed(client: Client) -> None:
    """Our 返回 saves the typed text first, valid or not (`keep`, `cases/views/wizard.py`)."""
    client.get("/named/first/")
    post(client, "first", "card")

    posted = {"wizard_goto_step": "first", "second-colour": "red"}
    response = client.post("/named/second/", {"named-current_step": "second", **posted})

    assert response["Location"] == "/named/first/"
    assert "second" not in stored(client)["step_data"]


def test_what_the_form_refuses_is_not_kept(client: Client) -> None:
    """With us the typed text stays beside the answer (`services.answers.save_step`)."""
    client.get("/named/first/")
    post(client, "first", "")

    assert client.get("/named/first/").json()["typed"] == {}


# 13 to 16: tabs and sessions


def test_two_tabs_share_one_state(client: Client) -> None:
    """Every case has its id in the URL and a version in its forms (`cases/views/wizard.py`)."""
    client.get("/named/first/")
    post(client, "first", "card")

    client.get("/named/first/")  # the other tab
    post(client, "first", "other")

    assert stored(client)["step_data"] == {
        "first": {"named-current_step": ["first"], "first-kind": ["other"]}
    }


def test_the_start_resumes_in_the_middle_and_reset_wipes_for_all_tabs(client: Client) -> None:
    """Our start page offers to go on or to begin anew (`cases/views/pages.py`)."""
    client.get("/named/first/")
    post(client, "first", "card")
    assert client.get("/named/")["Location"] == "/named/second/"

    client.get("/named/?reset=1")

    assert stored(client)["step_data"] == {}


def test_reset_works_on_the_first_address_only(client: Client) -> None:
    """There is no reset with us, but 立即删除 by POST (`cases/views/resume.py`)."""
    client.get("/named/first/")
    post(client, "first", "card")

    client.get("/named/second/?reset=1")

    assert "first" in stored(client)["step_data"]


def test_a_lost_session_shows_the_first_step_with_errors(client: Client) -> None:
    """We show what was typed and ask for the case code (`cases/views/lost.py`)."""
    client.get("/named/first/")
    post(client, "first", "card")
    Session.objects.all().delete()

    page = post(client, "second", "red", field="colour").json()

    assert page["step"] == "first"
    assert list(page["errors"]) == ["kind"]


def test_every_look_writes_the_session(client: Client) -> None:
    """Our storage writes nothing and a GET changes no row (`cases/wizard/storage.py`)."""
    client.get("/named/first/")
    Session.objects.update(session_data="")  # to be seen again only if it is written

    client.get("/named/first/")

    assert Session.objects.exclude(session_data="").exists()


def test_a_slow_look_overwrites_a_newer_step(client: Client) -> None:
    """A case is saved under a lock and by version (`services.answers.save_step`)."""
    client.get("/named/first/")
    read_by_the_slow_one = Session.objects.get()
    post(client, "first", "card")

    read_by_the_slow_one.save()

    assert stored(client)["step_data"] == {}


# 17 to 19: storage


def test_the_raw_post_is_stored_with_its_token(client: Client) -> None:
    """We keep the names that the form knows (`StepForm.typed`, `cases/wizard/forms/base.py`)."""
    client.get("/named/first/")
    posted = {"named-current_step": "first", "first-kind": "card"}

    client.post("/named/first/", {**posted, "csrfmiddlewaretoken": "t", "smuggled": "x"})

    assert {"csrfmiddlewaretoken", "smuggled"} <= set(stored(client)["step_data"]["first"])


def test_the_session_holds_what_was_typed_in_the_clear(client: Client) -> None:
    """Our answers rest encrypted in the case (`cases/encryption.py`)."""
    client.get("/named/first/")
    post(client, "first", "a-phone-number")

    assert "a-phone-number" in str(Session.objects.get().get_decoded())


def test_a_cookie_outgrows_what_a_browser_keeps(client: Client) -> None:
    """No answer of ours is in a cookie (`cases/wizard/storage.py`)."""
    client.get("/cookies/")

    client.post("/cookies/", {"in_cookies-current_step": "first", "first-kind": "投诉" * 600})

    assert len(client.cookies["wizard_in_cookies"].value) > COOKIE_BYTES


def test_a_plain_wizard_forgets_everything_on_reload(client: Client) -> None:
    """Ours is the named one, and its GET only reads (`cases/views/wizard.py`)."""
    client.get("/plain/")
    client.post("/plain/", {"plain-current_step": "first", "first-kind": "card"})

    assert client.get("/plain/").json()["step"] == "first"
    assert stored(client, "wizard_plain")["step_data"] == {}


# 20: files, of which our wizard takes none


def upload(client: Client, *names: str) -> Any:
    """Send the step with files under one name."""
    files = [SimpleUploadedFile(name, name.encode()) for name in names]
    posted: dict[str, Any] = {"with_files-current_step": "picture", "picture-picture": files}
    return client.post("/files/picture/", posted)


def on_disk() -> set[str]:
    """The names of the files the wizard keeps."""
    return set(WithFiles.file_storage.listdir("")[1])


def kept_name(client: Client) -> str:
    """The name of the file that counts."""
    files = stored(client, "wizard_with_files")["step_files"]["picture"]
    return str(files["picture-picture"]["name"])


def no_file(client: Client) -> Any:
    """Send the step once more without choosing a file."""
    return client.post("/files/picture/", {"with_files-current_step": "picture"})


def test_a_replaced_file_stays_on_disk(client: Client) -> None:
    """No files in the wizard (`cases/wizard/forms`)."""
    client.get("/files/picture/")
    upload(client, "one.png")
    upload(client, "two.png")

    assert on_disk() == {"one.png", "two.png"}


def test_of_several_files_the_last_one_counts(client: Client) -> None:
    """No files in the wizard (`cases/wizard/forms`)."""
    client.get("/files/picture/")
    upload(client, "one.png", "two.png")

    assert kept_name(client) == "two.png"


def test_sending_no_file_keeps_the_old_one_and_says_it_is_missing(client: Client) -> None:
    """No files in the wizard (`cases/wizard/forms`)."""
    client.get("/files/picture/")
    upload(client, "one.png")

    assert "picture" in no_file(client).json()["errors"]
    assert kept_name(client) == "one.png"


def test_a_file_gone_from_disk_is_a_fault(client: Client) -> None:
    """No files in the wizard (`cases/wizard/forms`)."""
    client.get("/files/picture/")
    upload(client, "one.png")
    WithFiles.file_storage.delete("one.png")

    with pytest.raises(FileNotFoundError):
        client.get("/files/picture/")


def test_an_abandoned_file_is_never_deleted(client: Client) -> None:
    """No files in the wizard (`cases/wizard/forms`)."""
    client.get("/files/picture/")
    upload(client, "one.png")
    Session.objects.all().delete()

    client.get("/files/picture/")

    assert on_disk() == {"one.png"}


def test_a_file_in_a_form_wants_a_storage() -> None:
    """No files in the wizard (`cases/wizard/forms`)."""
    make: Callable[..., Any] = Plain.as_view

    with pytest.raises(views.NoFileStorageConfigured):
        make(UPLOAD)
