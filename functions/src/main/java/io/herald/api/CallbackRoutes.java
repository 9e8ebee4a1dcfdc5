package io.herald.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.api.http.Call;
import io.herald.api.http.Fields;
import io.herald.api.http.Format;
import io.herald.api.http.HttpRequest;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Rfc3339;
import io.herald.api.http.Route;
import io.herald.api.http.Texts;
import io.herald.attempt.Receipt;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.receipt.Connections;
import io.herald.receipt.SignedCall;
import io.herald.receipt.TakeReceipts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where providers call back. The signature is looked at before anything else of the call, and what
 * an answer says does not depend on whom a receipt is about.
 */
final class CallbackRoutes {
    private static final int MOST_RECEIPTS = 1_000;
    private static final int MAX_REFERENCE_LENGTH = 200;

    private static final List<String> KINDS =
            Arrays.stream(Receipt.Kind.values())
                    .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                    .toList();
    private static final Format ID =
            Format.matching(text -> uuid(text).isPresent(), "must be a UUID");
    private static final Format CODE =
            Format.matching(
                    text -> text.matches("[a-z][a-z0-9_]{0,63}"),
                    "must have 1 to 64 lower-case letters, digits and underscores");
    private static final Format REFERENCE = Format.length(1, MAX_REFERENCE_LENGTH);

    private final Connections connections;
    private final TakeReceipts take;

    CallbackRoutes(Connections connections, TakeReceipts take) {
        this.connections = connections;
        this.take = take;
    }

    List<Route> all() {
        return List.of(Route.of("POST", "/v1/callbacks/{provider}/{connection}", null, this::take));
    }

    private HttpResponse take(Call call) {
        var connection =
                connections
                        .find(call.path("provider"), call.path("connection"))
                        .orElseThrow(() -> new ProblemException(Problem.notFound("connection")));
        var request = call.request();
        var signed =
                new SignedCall(
                        header(request, "webhook-id"),
                        header(request, "webhook-timestamp"),
                        header(request, "webhook-signature"),
                        bytes(request));
        if (!connection.hasSigned(signed)) {
            throw new ProblemException(
                    Problem.of(
                                    Problem.Type.UNSIGNED,
                                    "The call is not signed with the connection's secret, or not"
                                            + " within the last five minutes.")
                            .with("WWW-Authenticate", "Webhook-Signature"));
        }
        var receipts = receipts(call.body(), call.problems());
        call.problems().refuse();
        take.take(receipts);
        return HttpResponse.empty(204);
    }

    /** The only value of a header; nothing when there is not exactly one. */
    private static String header(HttpRequest request, String name) {
        var values = request.header(name);
        return values.size() == 1 ? values.getFirst() : "";
    }

    /** What was signed. */
    private static byte[] bytes(HttpRequest request) {
        var body = request.body() == null ? "" : request.body();
        try {
            return request.bodyIsBase64() ? Base64.getDecoder().decode(body) : body.getBytes(UTF_8);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    private static List<Receipt> receipts(JsonNode body, InputProblems problems) {
        if (!body.isArray() || body.isEmpty() || body.size() > MOST_RECEIPTS) {
            problems.add("", "must be an array of 1 to 1000 receipts");
            return List.of();
        }
        var receipts = new ArrayList<Receipt>(body.size());
        for (int i = 0; i < body.size(); i++) {
            var receipt = receipt(body.get(i), "/" + i, problems);
            if (receipt != null) {
                receipts.add(receipt);
            }
        }
        return receipts;
    }

    private static @Nullable Receipt receipt(
            JsonNode node, String pointer, InputProblems problems) {
        var fields = Fields.of(node, pointer, problems);
        if (fields == null) {
            return null;
        }
        var tenant = fields.requiredText("tenant", ID);
        var notification = fields.requiredText("notification", ID);
        var attempt = fields.requiredCount("attempt");
        var kind = fields.requiredChoice("kind", CallbackRoutes::kind, KINDS);
        var at = fields.requiredText("at", Formats.TIME);
        var code = fields.text("reason", CODE);
        var reference = fields.text("id", REFERENCE);
        fields.refuseOthers();
        return tenant == null
                        || notification == null
                        || attempt == null
                        || kind == null
                        || at == null
                ? null
                : new Receipt(
                        new TenantId(uuid(tenant).orElseThrow()),
                        new NotificationId(uuid(notification).orElseThrow()),
                        attempt,
                        kind,
                        Rfc3339.parse(at),
                        code,
                        reference);
    }

    private static Optional<Receipt.Kind> kind(String text) {
        return KINDS.contains(text)
                ? Optional.of(Receipt.Kind.valueOf(text.toUpperCase(Locale.ROOT)))
                : Optional.empty();
    }

    private static Optional<UUID> uuid(String text) {
        return Texts.parsed(text, NotificationId::parse).map(NotificationId::value);
    }
}
