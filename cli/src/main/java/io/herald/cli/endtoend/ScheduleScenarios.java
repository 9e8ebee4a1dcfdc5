package io.herald.cli.endtoend;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Messages with a time, and what can be done about them until then. */
final class ScheduleScenarios {
    private ScheduleScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("a message waits for its time", ScheduleScenarios::waits),
                new Scenario("a cancelled message is not sent", ScheduleScenarios::cancelled),
                new Scenario("a message is sent at its new time", ScheduleScenarios::rescheduled),
                new Scenario("what is wrong with times is told", ScheduleScenarios::refused));
    }

    /** By the clock of whoever runs this: so it compares the times of the answers only. */
    private static void waits(Visit visit) throws InterruptedException {
        var user = visit.user();
        var time = later(3);
        var id = schedule(visit, user, time);
        visit.call(Call.get("/v1/notifications/" + id))
                .expect(200)
                .expect("/scheduledFor", time)
                .expectNull("/expiresAt");
        visit.await(id, "DELIVERED").expect("/scheduledFor", time);
        visit.call(Call.get("/v1/notifications/" + id + "/events"))
                .expect(200)
                .expect("/data/1/kind", "scheduled")
                .expect("/data/1/until", time)
                .expect("/data/2/kind", "released")
                .expectThat(
                        "a release at " + time + " or later",
                        it ->
                                !Instant.parse(it.textAt("/data/2/at"))
                                        .isBefore(Instant.parse(time)));
    }

    private static void cancelled(Visit visit) throws InterruptedException {
        var user = visit.user();
        var id = schedule(visit, user, later(3600));
        var path = "/v1/notifications/" + id;
        for (int time = 0; time < 2; time++) {
            visit.call(Call.of("POST", path + "/cancel"))
                    .expect(200)
                    .expect("/status", "CANCELLED")
                    .expect("/reason/code", "cancelled");
        }
        visit.expectProblem(
                        visit.call(
                                Call.post(
                                        path + "/reschedule",
                                        "{\"scheduledFor\": \"" + later(60) + "\"}")),
                        409,
                        "conflict")
                .expect("/notificationStatus", "CANCELLED");
        visit.expectProblem(
                        visit.call(Call.post(path + "/resolve", "{\"outcome\": \"sent\"}")),
                        409,
                        "conflict")
                .expect("/notificationStatus", "CANCELLED");
        visit.call(Call.get("/v1/notifications?status=CANCELLED&userId=" + user))
                .expect(200)
                .expectThat("one notification", it -> it.at("/data").size() == 1)
                .expect("/data/0/id", id);
    }

    private static void rescheduled(Visit visit) throws InterruptedException {
        var user = visit.user();
        var id = schedule(visit, user, later(3600));
        var path = "/v1/notifications/" + id;
        var time = later(2);
        visit.call(Call.post(path + "/reschedule", "{\"scheduledFor\": \"" + time + "\"}"))
                .expect(200)
                .expect("/status", "SCHEDULED")
                .expect("/scheduledFor", time);
        visit.await(id, "DELIVERED").expect("/scheduledFor", time);
        visit.expectProblem(visit.call(Call.of("POST", path + "/cancel")), 409, "conflict")
                .expect("/notificationStatus", "DELIVERED");
    }

    private static void refused(Visit visit) throws InterruptedException {
        var user = visit.user();
        visit.expectProblem(
                        visit.call(
                                Call.post(
                                        "/v1/notifications",
                                        message(
                                                user,
                                                "\"scheduledFor\": \"9999-01-01T00:00:00Z\", \"expiresAt\": \"1970-01-01T00:00:00Z\""))),
                        422,
                        "invalid")
                .expectErrors("/scheduledFor", "/expiresAt");
    }

    private static String later(int seconds) {
        // As the answers write it.
        return Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String schedule(Visit visit, String user, String time)
            throws InterruptedException {
        return visit.call(
                        Call.post(
                                "/v1/notifications",
                                message(user, "\"scheduledFor\": \"" + time + "\"")))
                .expect(202)
                .expect("/data/0/status", "SCHEDULED")
                .textAt("/data/0/id");
    }

    private static String message(String user, String times) {
        return """
        {"userId": "%s", "channels": ["inbox"], "content": {"inbox": {"title": "Later"}}, %s}
        """
                .formatted(user, times);
    }
}
