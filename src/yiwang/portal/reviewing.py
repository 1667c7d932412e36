"""Review 复查 and re-review 复核, as the petitioner asks for them, reads what was decided, and may take the request back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from yiwang.agencies.models import body_above
from yiwang.petitions import actions
from yiwang.petitions.lifecycle import ENDED
from yiwang.petitions.models import Petition, Review
from yiwang.portal.forms import Grounds
from yiwang.portal.own import attempt, form_page, granted, to_page, with_reason
from yiwang.portal.promises import limits_of, may_withdraw_review, right_of
from yiwang.vault.sealing import open_under

ASKS: dict[str, type[actions.AskReview] | type[actions.AskReReview]] = {
    "ask_review": actions.AskReview,
    "ask_re_review": actions.AskReReview,
}


@require_http_methods(["GET", "HEAD", "POST"])
@granted
def ask(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Ask for a review, or for the re-review: with the grounds, until the day that the page names, at the body that it names."""
    right = right_of(petition, limits_of(petition))
    if right is None:
        return to_page(petition)
    form = Grounds(request.POST) if request.method == "POST" else Grounds()
    if request.method == "POST" and form.is_valid():
        refused = attempt(ASKS[right.action](grounds=form.cleaned_data["grounds"]), petition)
        if refused is None:
            return to_page(petition)
        form.add_error(None, refused.message)
    return form_page(request, "portal/review_ask.html", petition, form, right=right, body=_body(petition))


@require_http_methods(["GET", "HEAD", "POST"])
@granted
def opinion(request: HttpRequest, petition: Petition) -> HttpResponse:
    """The opinions. Opening one is a deliberate step, by POST: from then on it counts as delivered (art. 36)."""
    review = petition.review
    if request.method == "POST":
        if review and review.state == Review.State.DECIDED and not review.delivered_at and petition.state in ENDED:
            attempt(actions.DeliverReview(how="lookup"), petition)
        return to_page(petition, "review")
    key = petition.key
    decided = petition.reviews.filter(state=Review.State.DECIDED).select_related("agency").order_by("-id")
    # One that was delivered may be read again; after one that revoked the answer there is no delivery to wait for.
    shown = [row for row in decided if row.delivered_at or petition.state not in ENDED]
    if not shown:
        return to_page(petition)
    letters = [(row, open_under(key, row, "sealed_text")) for row in shown]
    context = {"petition": petition, "letters": letters, "right": right_of(petition, limits_of(petition))}
    return render(request, "portal/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@granted
def withdraw(request: HttpRequest, petition: Petition) -> HttpResponse:
    """Take the request back: asked once more first."""
    if not may_withdraw_review(petition):
        return to_page(petition)
    return with_reason(
        request, petition, "portal/review_withdraw.html", lambda reason: actions.WithdrawReview(reason=reason)
    )


def _body(petition: Petition) -> str:
    """Return the name of the body that would review; one statement at most."""
    review = petition.review if petition.review_state else None
    before = (review.agency or petition.office) if review else (petition.answer.agency if petition.answer else None)
    agency, outside = body_above(before or petition.office)
    return str(agency) if agency else outside
