"""The portal's addresses, at the root."""

from django.urls import path

from yiwang.portal import asking, mine, own, own_papers, pages, reading, reviewing, verifying
from yiwang.portal.transparency import urls as transparency

app_name = "portal"

urlpatterns = [
    path("", pages.home, name="home"),
    path("ask/", asking.ask, name="ask"),
    path("ask/similar/", asking.similar, name="similar"),
    path("receipt/<str:number>/", asking.receipt, name="receipt"),
    path("lookup/", own.lookup, name="lookup"),
    path("mine/", mine.mine, name="mine"),
    path("mine/leave/", mine.leave, name="mine_leave"),
    path("mine/<str:number>/", mine.open_one, name="mine_open"),
    path("my/<str:number>/", own.my, name="my"),
    path("my/<str:number>/answer/", own.answer, name="answer"),
    path("my/<str:number>/rate/", own.rate, name="rate"),
    path("my/<str:number>/add/", own.add, name="add"),
    path("my/<str:number>/withdraw/", own.withdraw, name="withdraw"),
    path("my/<str:number>/reopen/", own.reopen, name="reopen"),
    path("my/<str:number>/review/", reviewing.opinion, name="review"),
    path("my/<str:number>/review/ask/", reviewing.ask, name="review_ask"),
    path("my/<str:number>/review/withdraw/", reviewing.withdraw, name="review_withdraw"),
    path("my/<str:number>/files/<int:attachment_id>/", own.download, name="file"),
    path("my/<str:number>/papers/<int:paper_id>/<slug:form>/", own_papers.paper, name="paper"),
    path("my/<str:number>/leave/", own.leave, name="leave"),
    *transparency.urlpatterns,
    path("verify/", verifying.verify, name="verify"),
    path("verify/<str:code>/", verifying.verify_code, name="verify_code"),
    path("answers/", reading.answers, name="answers"),
    path("answers/<str:slug>/", reading.published, name="published"),
    path("figures/", reading.figures, name="figures"),
    path("about/", pages.about, name="about"),
    path("law/", pages.law, name="law"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("robots.txt", pages.robots, name="robots"),
    path(".well-known/security.txt", pages.security, name="security"),
    path("favicon.ico", pages.favicon, name="favicon"),
]
