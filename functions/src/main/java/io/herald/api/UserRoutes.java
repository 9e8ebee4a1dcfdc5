package io.herald.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.EntityTag;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Json;
import io.herald.api.http.MergePatch;
import io.herald.api.http.Page;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import io.herald.api.http.Texts;
import io.herald.audience.PhoneNumbers;
import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.UserId;
import io.herald.notification.UserTimeline;
import io.herald.tenant.Scope;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Users, their in-app feeds and their timelines. */
final class UserRoutes {
    private static final String USERS = "/v1/users";
    private static final String USER = "/v1/users/{userId}";
    private static final String INBOX = "/v1/users/{userId}/inbox";
    private static final String EVENTS = "/v1/users/{userId}/events";

    private static final Page.Positions<UserId> BY_ID =
            new Page.Positions<>(UserId::value, UserRoutes::idOf);
    private static final Page.Positions<UserTimeline.Position> BY_EVENT =
            new Page.Positions<>(UserTimeline.Position::toString, UserTimeline.Position::parse);

    // Each time that one writer loses a race, another one has won it.
    private static final int TRIES = 100;

    private final Users users;
    private final Inbox inbox;
    private final UserTimeline timeline;
    private final UserBody body;

    UserRoutes(Users users, PhoneNumbers phoneNumbers, Inbox inbox, UserTimeline timeline) {
        this.users = users;
        this.inbox = inbox;
        this.timeline = timeline;
        body = new UserBody(phoneNumbers);
    }

    List<Route> all() {
        var listParameters = Stream.concat(Stream.of("email"), Page.PARAMETERS.stream()).toList();
        return List.of(
                new Route("GET", USERS, Scope.READ, listParameters, this::list),
                Route.of("PUT", USER, Scope.MANAGE, this::put),
                Route.of("GET", USER, Scope.READ, this::get),
                Route.of("PATCH", USER, Scope.MANAGE, this::patch),
                Route.of("DELETE", USER, Scope.MANAGE, this::delete),
                new Route("GET", INBOX, Scope.READ, Page.PARAMETERS, this::listInbox),
                new Route("GET", EVENTS, Scope.READ, Page.PARAMETERS, this::listEvents));
    }

    private HttpResponse list(Call call) {
        var email = call.query().text("email", UserBody.EMAIL);
        if (call.query().isWrong("email")) {
            throw Page.refusal(call.query(), call.problems());
        }
        var filter = email == null ? "" : email.toLowerCase(Locale.ROOT);
        var list = List.of(USERS, call.caller().toString(), filter);
        var page = Page.of(call.query(), list, call.problems(), BY_ID);
        call.problems().refuse();
        var found =
                email == null
                        ? users.list(call.caller(), page.after(), page.look())
                        : users.withEmail(call.caller(), email, page.after(), page.look());
        return HttpResponse.json(200, page.of(found, User::id, UserRoutes::encode));
    }

    private HttpResponse put(Call call) {
        var ifMatch = EntityTag.ifMatch(call.request());
        var ifNoneMatch = EntityTag.ifNoneMatch(call.request());
        var id = call.path("userId", Formats.USER_ID);
        var details = body.read(call.body(), call.problems());
        call.problems().refuse();
        if (id == null || details == null) {
            throw new IllegalStateException("a user that is not there was not refused");
        }
        var key = new UserKey(call.caller(), new UserId(id));
        if (!ifMatch.isStated() && !ifNoneMatch.isStated()) {
            return answer(users.put(key, details));
        }
        return answer(
                change(
                        key,
                        seen -> {
                            ifMatch.require(tagOf(seen));
                            ifNoneMatch.require(tagOf(seen));
                            return details;
                        }));
    }

    private HttpResponse get(Call call) {
        var ifNoneMatch = EntityTag.ifNoneMatch(call.request());
        var user = users.newest(keyOf(call)).orElseThrow(UserRoutes::noSuchUser);
        var tag = EntityTag.ofVersion(user.version());
        var answer =
                ifNoneMatch.holds(tag)
                        ? HttpResponse.json(200, encode(user))
                        : new HttpResponse(304, Map.of(), null);
        return answer.with("ETag", tag.text());
    }

    private HttpResponse patch(Call call) {
        var ifMatch = EntityTag.ifMatch(call.request());
        var patch = call.mergePatch();
        return answer(
                change(
                        keyOf(call),
                        seen -> {
                            if (seen == null) {
                                throw noSuchUser();
                            }
                            var result = MergePatch.apply(UserBody.write(seen.details()), patch);
                            if (result instanceof ObjectNode whole) {
                                // A name that there is none of is refused, also to be removed.
                                patch.properties().stream()
                                        .filter(field -> field.getValue().isNull())
                                        .forEach(field -> whole.putNull(field.getKey()));
                            }
                            var details = body.read(result, call.problems());
                            call.problems().refuse();
                            if (details == null) {
                                throw new IllegalStateException("a wrong result was not refused");
                            }
                            // Last, as RFC 9110 wants it (section 13.2.1): what fails anyway is
                            // told first.
                            ifMatch.require(tagOf(seen));
                            return details;
                        }));
    }

    /** Changes the user without losing what others change at the same time. */
    private Users.Stored change(UserKey key, Function<@Nullable User, UserDetails> change) {
        for (int tries = 0; tries < TRIES; tries++) {
            var seen = users.newest(key).orElse(null);
            var details = change.apply(seen);
            if (seen != null && seen.details().equals(details)) {
                return new Users.Stored(seen, false);
            }
            long version = seen == null ? User.NO_VERSION : seen.version();
            var changed = users.putIfUnchanged(key, details, version);
            if (changed.isPresent()) {
                return new Users.Stored(changed.get(), seen == null);
            }
        }
        throw changedAllTheTime();
    }

    private HttpResponse delete(Call call) {
        var ifMatch = EntityTag.ifMatch(call.request());
        var key = keyOf(call);
        for (int tries = 0; tries < TRIES; tries++) {
            var seen = users.newest(key).orElseThrow(UserRoutes::noSuchUser);
            ifMatch.require(tagOf(seen));
            if (users.delete(key, seen.version())) {
                return new HttpResponse(204, Map.of(), null);
            }
        }
        throw changedAllTheTime();
    }

    private HttpResponse listInbox(Call call) {
        var list = List.of(INBOX, call.caller().toString(), call.path("userId"));
        var page = Page.of(call.query(), list, call.problems());
        call.problems().refuse();
        var key = keyOf(call);
        requireThere(key);
        var found = inbox.list(key.tenant(), key.user(), page.after(), page.look());
        return HttpResponse.json(
                200, page.of(found, InboxMessage::notification, UserRoutes::encode));
    }

    private HttpResponse listEvents(Call call) {
        var list = List.of(EVENTS, call.caller().toString(), call.path("userId"));
        var page = Page.of(call.query(), list, call.problems(), BY_EVENT);
        call.problems().refuse();
        var key = keyOf(call);
        var found = timeline.of(key.tenant(), key.user(), page.after(), page.look());
        if (found.isEmpty() && page.after() == null) {
            // A deleted user's timeline is still there; one that never was has none.
            requireThere(key);
        }
        return HttpResponse.json(
                200, page.of(found, UserTimeline.Entry::position, UserRoutes::encode));
    }

    private void requireThere(UserKey key) {
        if (users.contactPoints(List.of(key)).isEmpty()) {
            throw noSuchUser();
        }
    }

    /** The key of a user who may exist. */
    private static UserKey keyOf(Call call) {
        return idOf(call.path("userId"))
                .map(id -> new UserKey(call.caller(), id))
                .orElseThrow(UserRoutes::noSuchUser);
    }

    private static Optional<UserId> idOf(String text) {
        return UserId.isValid(text) && Texts.isStorable(text)
                ? Optional.of(new UserId(text))
                : Optional.empty();
    }

    private static @Nullable EntityTag tagOf(@Nullable User user) {
        return user == null ? null : EntityTag.ofVersion(user.version());
    }

    private static ProblemException noSuchUser() {
        return new ProblemException(Problem.notFound("user"));
    }

    private static ProblemException changedAllTheTime() {
        return new ProblemException(
                Problem.of(
                                Problem.Type.CONFLICT,
                                "Others change this user all the time; try again.")
                        .with("Retry-After", "1"));
    }

    private static HttpResponse answer(Users.Stored stored) {
        return HttpResponse.json(stored.created() ? 201 : 200, encode(stored.user()))
                .with("ETag", EntityTag.ofVersion(stored.user().version()).text());
    }

    private static ObjectNode encode(User user) {
        var json = Json.object().put("userId", user.id().value());
        json.setAll(UserBody.write(user.details()));
        return json.put("createdAt", user.createdAt().toString())
                .put("updatedAt", user.updatedAt().toString());
    }

    private static ObjectNode encode(InboxMessage message) {
        return Json.object()
                .put("id", message.notification().toString())
                .put("title", message.title())
                .put("body", message.body())
                .put("createdAt", message.notification().acceptedAt().toString());
    }

    private static ObjectNode encode(UserTimeline.Entry entry) {
        var json =
                Json.object()
                        .put("notificationId", entry.notification().toString())
                        .put("channel", entry.channel().text())
                        .put("template", entry.template());
        json.setAll(NotificationRoutes.encode(entry.notification(), entry.event()));
        return json;
    }
}
