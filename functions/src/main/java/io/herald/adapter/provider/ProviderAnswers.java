package io.herald.adapter.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.attempt.Outcome;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import java.io.IOException;
import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of each message of its call: the table at the head of {@code
 * docs/provider-protocol.yaml}. In doubt a message is lost: the gateway may have it.
 */
final class ProviderAnswers {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_REFERENCE_LENGTH = 200;
    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private static final Outcome UNREACHABLE =
            new Outcome.Retryable(
                    new Reason("provider_unreachable", "The mail gateway is out of reach."), null);
    private static final Outcome SILENT =
            new Outcome.Lost(
                    new Reason("provider_silent", "The mail gateway gave no answer in time."));
    private static final Outcome UNREADABLE =
            new Outcome.Lost(
                    new Reason(
                            "provider_unreadable",
                            "The mail gateway's answer says nothing of the message."));

    private final Clock clock;

    ProviderAnswers(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param call the messages, which are told apart by their keys
     * @return an outcome for each, in their order
     */
    List<Outcome> outcomes(ProviderAnswer answer, List<NotificationId> call) {
        return switch (answer) {
            case ProviderAnswer.NotSent() -> all(call, UNREACHABLE);
            case ProviderAnswer.Silent() -> all(call, SILENT);
            case ProviderAnswer.Answered answered when answered.status() == 200 ->
                    results(answered.body(), call);
            case ProviderAnswer.Answered answered -> all(call, failure(answered, call.size()));
        };
    }

    private Outcome failure(ProviderAnswer.Answered answer, int messages) {
        int status = answer.status();
        var words = "The mail gateway answered with status " + status + ".";
        var wait = RetryAfter.of(answer.retryAfter().orElse(null), clock.instant());
        if (status == 429 || (status == 503 && wait != null)) {
            return new Outcome.Retryable(new Reason("provider_throttled", words), wait);
        }
        if (status == 401 || status == 403) {
            return new Outcome.Retryable(new Reason("provider_authentication", words), null);
        }
        // Of many messages it is not known which one is at fault; each gets another chance.
        if (messages == 1 && (status == 400 || status == 413 || status == 422)) {
            return new Outcome.Rejected(new Reason("message_refused", words));
        }
        if (status >= 300 && status < 500) {
            return Outcome.Retryable.aboutMessage(new Reason("provider_refused", words));
        }
        return new Outcome.Lost(new Reason("provider_failed", words));
    }

    private static List<Outcome> results(byte[] body, List<NotificationId> call) {
        var byKey = new HashMap<String, Outcome>();
        try {
            var tree = JSON.readTree(body);
            for (var result : tree.isArray() ? tree : List.of(tree)) {
                byKey.putIfAbsent(result.path("idempotencyKey").asText(), outcome(result));
            }
        } catch (IOException e) {
            return all(call, UNREADABLE);
        }
        return inOrder(byKey, call);
    }

    private static List<Outcome> inOrder(Map<String, Outcome> byKey, List<NotificationId> call) {
        return call.stream().map(id -> byKey.getOrDefault(id.toString(), UNREADABLE)).toList();
    }

    private static Outcome outcome(JsonNode result) {
        return switch (result.path("result").asText()) {
            // What it has already, it does not send again.
            case "accepted", "duplicate" -> new Outcome.Sent(reference(result.path("id").asText()));
            case "refused" -> new Outcome.Rejected(reason(result.path("code").asText()));
            default -> UNREADABLE;
        };
    }

    private static Reason reason(String code) {
        return switch (code) {
            case "address_refused" ->
                    new Reason(code, "The mail gateway says that nothing can go to the address.");
            case "message_refused" ->
                    new Reason(code, "The mail gateway does not take the message.");
            // A code is words of the gateway's, which may say anything.
            default ->
                    new Reason(
                            "provider_refused",
                            CODE.matcher(code).matches()
                                    ? "The mail gateway refused it with code " + code + "."
                                    : "The mail gateway refused it.");
        };
    }

    private static @Nullable String reference(String id) {
        if (id.isBlank() || id.chars().anyMatch(Character::isISOControl)) {
            return null;
        }
        return id.length() > MAX_REFERENCE_LENGTH ? id.substring(0, MAX_REFERENCE_LENGTH) : id;
    }

    private static List<Outcome> all(List<NotificationId> call, Outcome outcome) {
        return Collections.nCopies(call.size(), outcome);
    }
}
