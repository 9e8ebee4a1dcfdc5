package io.herald.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Json;
import io.herald.api.http.Page;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import io.herald.api.http.Texts;
import io.herald.audience.User;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.UserId;
import io.herald.tenant.Scope;
import java.util.List;

/** Users and their in-app feeds. */
final class UserRoutes {
    private static final String USER = "/v1/users/{userId}";
    private static final String INBOX = "/v1/users/{userId}/inbox";

    private final Users users;
    private final Inbox inbox;

    UserRoutes(Users users, Inbox inbox) {
        this.users = users;
        this.inbox = inbox;
    }

    List<Route> all() {
        return List.of(
                Route.of("PUT", USER, Scope.MANAGE, this::put),
                Route.of("GET", USER, Scope.READ, this::get),
                new Route("GET", INBOX, Scope.READ, Page.PARAMETERS, this::listInbox));
    }

    private HttpResponse put(Call call) {
        var id = call.path("userId", Formats.USER_ID);
        var details = UserBody.read(call.body(), call.problems());
        call.problems().refuse();
        if (id == null || details == null) {
            throw new IllegalStateException("a user that is not there was not refused");
        }
        var stored = users.put(new UserKey(call.caller(), new UserId(id)), details);
        return HttpResponse.json(stored.created() ? 201 : 200, encode(stored.user()));
    }

    private HttpResponse get(Call call) {
        return HttpResponse.json(200, encode(find(call)));
    }

    private HttpResponse listInbox(Call call) {
        var list = List.of(INBOX, call.caller().toString(), call.path("userId"));
        var page = Page.of(call.query(), list, call.problems());
        call.problems().refuse();
        var user = find(call);
        var found = inbox.list(call.caller(), user.id(), page.before(), page.look());
        return HttpResponse.json(
                200, page.of(found, InboxMessage::notification, UserRoutes::encode));
    }

    private User find(Call call) {
        var id = call.path("userId");
        if (UserId.isValid(id) && Texts.isStorable(id)) {
            var key = new UserKey(call.caller(), new UserId(id));
            var user = users.find(List.of(key)).get(key);
            if (user != null) {
                return user;
            }
        }
        throw new ProblemException(Problem.notFound("user"));
    }

    private static ObjectNode encode(User user) {
        var json =
                Json.object()
                        .put("userId", user.id().value())
                        .put("email", user.email())
                        .put("webhookUrl", user.webhookUrl())
                        .put("locale", user.locale())
                        .put("timezone", user.timezone());
        json.set("attributes", user.attributes());
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
}
