"""The portal's addresses, at the root."""

from django.urls import path

from yiwang.portal import (
    asking,
    bulletins,
    calls,
    mine,
    own,
    own_papers,
    pages,
    personal,
    ranking,
    rating,
    reading,
    reviewing,
    verifying,
)
from yiwang.portal.transparency import urls as transparency
from yiwang.ui.access import for_the_petitioner, public

app_name = "portal"

urlpatterns = [
    path("", public(pages.home), name="home"),
    path("ask/", public(asking.ask), name="ask"),
    path("ask/similar/", public(asking.similar), name="similar"),
    path("receipt/<str:number>/", for_the_petitioner(asking.receipt), name="receipt"),
    path("lookup/", public(own.lookup), name="lookup"),
    path("mine/", public(mine.mine), name="mine"),
    path("mine/leave/", public(mine.leave), name="mine_leave"),
    path("mine/<str:number>/", public(mine.open_one), name="mine_open"),
    path("my/<str:number>/", own.my, name="my"),
    path("my/<str:number>/answer/", own.answer, name="answer"),
    path("my/<str:number>/rate/", own.rate, name="rate"),
    path("my/<str:number>/add/", own.add, name="add"),
    path("my/<str:number>/withdraw/", own.withdraw, name="withdraw"),
    path("my/<str:number>/reopen/", own.reopen, name="reopen"),
    path("my/<str:number>/review/", reviewing.opinion, name="review"),
    path("my/<str:number>/review/ask/", reviewing.ask, name="review_ask"),
    path("my/<str:number>/review/withdraw/", reviewing.withdraw, name="review_withdraw"),
    path("my/<str:number>/calls/", calls.calls, name="own_calls"),
    path("my/<str:number>/data/", personal.data, name="own_data"),
    path("my/<str:number>/data/<slug:form>/", personal.copy, name="own_copy"),
    path("my/<str:number>/files/<int:attachment_id>/", own.download, name="file"),
    path("my/<str:number>/papers/<int:paper_id>/<slug:form>/", own_papers.paper, name="paper"),
    path("my/<str:number>/leave/", public(own.leave), name="leave"),
    *transparency.urlpatterns,
    path("verify/", public(verifying.verify), name="verify"),
    path("verify/<str:code>/", public(verifying.verify_code), name="verify_code"),
    path("rate/<str:token>/", public(rating.by_link), name="rate_by_link"),
    path("answers/", public(reading.answers), name="answers"),
    path("answers/<str:slug>/", public(reading.published), name="published"),
    path("figures/", public(reading.figures), name="figures"),
    path("assessment/", public(ranking.ranking), name="assessment"),
    path("reports/", public(bulletins.index), name="reports"),
    path("reports/<int:report_id>/", public(bulletins.report), name="report"),
    path("reports/<int:report_id>/<slug:form>/", public(bulletins.file), name="report_file"),
    path("about/", public(pages.about), name="about"),
    path("law/", public(pages.law), name="law"),
    path("accessibility/", public(pages.accessibility), name="accessibility"),
    path("privacy/", public(pages.privacy), name="privacy"),
    path("robots.txt", public(pages.robots), name="robots"),
    path(".well-known/security.txt", public(pages.security), name="security"),
    path("favicon.ico", public(pages.favicon), name="favicon"),
]
