"""Every address of the product. A case's own id is in the path, its code never."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from cases.views import check, pages, plan, resume, wizard

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="start")),
    path("start/", pages.start, name="start"),
    path("privacy/", pages.privacy, name="privacy"),
    path("resume/", resume.page, name="resume"),
    path("leave/", resume.leave, name="leave"),
    path("deleted/", resume.deleted, name="deleted"),
    path("case/<uuid:case>/", plan.page, name="plan"),
    path("case/<uuid:case>/plan.pdf", plan.pdf, name="plan-pdf"),
    path("case/<uuid:case>/letters/<slug:letter>.txt", plan.letter, name="letter"),
    path("case/<uuid:case>/check/", check.page, name="check"),
    path("case/<uuid:case>/submit/", check.submit, name="submit"),
    path("case/<uuid:case>/delete/", resume.delete, name="delete"),
    path("case/<uuid:case>/<slug:step>/", wizard.step, name="step"),
]
