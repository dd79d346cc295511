"""Every address of the product. A case's own id is in the path, its code never."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from cases.views import (
    before_buying,
    check,
    devices,
    pages,
    pictures,
    plan,
    resume,
    verdict_page,
    wizard,
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="start")),
    path("start/", pages.start, name="start"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("text-size/", devices.choose_text_size, name="text-size"),
    path("before-buying/", before_buying.page, name="before-buying"),
    path("before-buying/example/", before_buying.example, name="before-buying-example"),
    path("before-buying/checked.pdf", before_buying.pdf, name="before-buying-pdf"),
    path("resume/", resume.page, name="resume"),
    path("leave/", resume.leave, name="leave"),
    path("deleted/", resume.deleted, name="deleted"),
    path("case/<uuid:case>/", plan.page, name="plan"),
    path("case/<uuid:case>/plan.pdf", plan.pdf, name="plan-pdf"),
    path("case/<uuid:case>/pictures/", pictures.page, name="pictures"),
    path("case/<uuid:case>/pictures/<int:number>.png", pictures.picture, name="picture"),
    path("case/<uuid:case>/letters/<slug:letter>.txt", plan.letter, name="letter"),
    path("case/<uuid:case>/verdict/", verdict_page.page, name="verdict"),
    path("case/<uuid:case>/check/", check.page, name="check"),
    path("case/<uuid:case>/submit/", check.submit, name="submit"),
    path("case/<uuid:case>/code/", resume.code, name="code"),
    path("case/<uuid:case>/delete/", resume.delete, name="delete"),
    path("case/<uuid:case>/<slug:step>/", wizard.step, name="step"),
]
