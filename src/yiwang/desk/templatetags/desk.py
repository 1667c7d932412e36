"""What the desk's own templates need beside the shared tags."""

from django import template

from yiwang.desk.navigation import Menu, menu

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_menu(context: template.Context) -> Menu:
    """Return the main menu for whoever is logged in; nothing before login. Asks the database nothing."""
    request = context.get("request")
    actor = getattr(request, "actor", None)
    return menu(actor, request.path) if request is not None and actor is not None else Menu([], [])
