"""Addresses of the settings, of what is to be told, and of the logs."""

from django.urls import URLPattern, path

from yiwang.desk.setup import absences, answers, calendar, doors, limits, outbox, people, telling, trees

urlpatterns: list[URLPattern] = [
    path("setup/", trees.index, name="setup"),
    path("setup/staff/", people.staff_list, name="setup_staff"),
    path("setup/staff/add/", people.add, name="setup_staff_add"),
    path("setup/staff/<int:staff_id>/", people.person, name="setup_person"),
    path("setup/staff/<int:staff_id>/leave/", people.leave, name="setup_person_leave"),
    path("setup/answers/", answers.answer_list, name="setup_answers"),
    path("setup/answers/add/", answers.edit, name="setup_answer_add"),
    path("setup/answers/<int:answer_id>/", answers.edit, name="setup_answer"),
    path("setup/calendar/", calendar.this_year, name="setup_calendar"),
    path("setup/calendar/<int:year>/", calendar.year_page, name="setup_year"),
    path("setup/limits/", limits.limits_page, name="setup_limits"),
    path("setup/doors/", doors.limits, name="setup_doors"),
    path("setup/doors/<int:limit_id>/", doors.limit, name="setup_door"),
    path("setup/outbox/", outbox.mails, name="setup_outbox"),
    path("setup/<slug:kind>/", trees.tree, name="setup_tree"),
    path("setup/<slug:kind>/add/", trees.add, name="setup_node_add"),
    path("setup/<slug:kind>/<int:node_id>/", trees.node, name="setup_node"),
    path("absences/", absences.absences, name="absences"),
    path("tell/", telling.to_tell, name="to_tell"),
    path("tell/<int:notice_id>/", telling.notice, name="to_tell_one"),
]
