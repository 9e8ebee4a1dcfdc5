package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Fields;
import io.herald.api.http.Format;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.audience.EmailAddress;
import io.herald.audience.PhoneNumbers;
import io.herald.audience.PushProvider;
import io.herald.audience.PushToken;
import io.herald.audience.UserDetails;
import io.herald.audience.WebhookUrl;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.IllformedLocaleException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and writes what a tenant says of a user. */
final class UserBody {
    static final Format EMAIL = Format.parsedBy(EmailAddress::parse);

    private static final int MAX_PUSH_TOKENS = 20;
    private static final int MAX_ATTRIBUTES_BYTES = 16 * 1024;
    private static final int MAX_ATTRIBUTES_DEPTH = 32;
    private static final int MAX_TAG_LENGTH = 64;

    private static final Set<String> TIMEZONES = Set.copyOf(ZoneId.getAvailableZoneIds());

    static final Format WEBHOOK_URL = Format.parsedBy(WebhookUrl::parse);
    private static final Format LOCALE =
            Format.length(1, MAX_TAG_LENGTH)
                    .and(
                            Format.matching(
                                    UserBody::isLanguageTag,
                                    "must be a BCP 47 language tag, such as de-AT"));
    private static final Format TIMEZONE =
            Format.matching(TIMEZONES::contains, "must be an IANA time zone, such as Europe/Paris");

    private final Format phone;

    UserBody(PhoneNumbers phoneNumbers) {
        phone = Format.parsedBy(phoneNumbers::check);
    }

    /**
     * @return null when something is wrong, which is collected
     */
    @Nullable UserDetails read(JsonNode body, InputProblems problems) {
        var fields = Fields.of(body, "", problems);
        if (fields == null) {
            return null;
        }
        var email = fields.text("email", EMAIL);
        var number = fields.text("phone", phone);
        var webhookUrl = fields.text("webhookUrl", WEBHOOK_URL);
        var pushTokens = readPushTokens(fields, problems);
        var locale = fields.text("locale", LOCALE);
        var timezone = fields.text("timezone", TIMEZONE);
        var attributes =
                fields.freeObject("attributes", MAX_ATTRIBUTES_BYTES, MAX_ATTRIBUTES_DEPTH);
        fields.refuseOthers();
        return problems.isEmpty()
                ? new UserDetails(
                        email,
                        number,
                        webhookUrl,
                        pushTokens,
                        locale,
                        timezone,
                        attributes == null ? Json.object() : attributes)
                : null;
    }

    private static List<PushToken> readPushTokens(Fields fields, InputProblems problems) {
        var array = fields.array("pushTokens", 0, MAX_PUSH_TOKENS);
        if (array == null) {
            return List.of();
        }
        var tokens = new LinkedHashSet<PushToken>();
        for (int i = 0; i < array.size(); i++) {
            var at = fields.pointerOf("pushTokens") + "/" + i;
            var token = readPushToken(array.get(i), at, problems);
            if (token != null && !tokens.add(token)) {
                problems.add(at, "must not be there twice");
            }
        }
        return List.copyOf(tokens);
    }

    private static @Nullable PushToken readPushToken(
            JsonNode node, String at, InputProblems problems) {
        var fields = Fields.of(node, at, problems);
        if (fields == null) {
            return null;
        }
        var provider =
                fields.requiredChoice(
                        "provider",
                        PushProvider::ofText,
                        Arrays.stream(PushProvider.values()).map(PushProvider::text).toList());
        // What a token looks like is known once its provider is.
        Format format = provider == null ? Format.length(1, 4096) : provider::problemWith;
        var token = fields.requiredText("token", format);
        fields.refuseOthers();
        return provider == null || token == null ? null : new PushToken(provider, token);
    }

    /** What {@link #read} reads; a field without a value is null. */
    static ObjectNode write(UserDetails details) {
        var json =
                Json.object()
                        .put("email", details.email())
                        .put("phone", details.phone())
                        .put("webhookUrl", details.webhookUrl());
        var tokens = json.putArray("pushTokens");
        for (var token : details.pushTokens()) {
            tokens.addObject().put("provider", token.provider().text()).put("token", token.token());
        }
        json.put("locale", details.locale()).put("timezone", details.timezone());
        json.set("attributes", details.attributes());
        return json;
    }

    private static boolean isLanguageTag(String text) {
        try {
            return !new Locale.Builder().setLanguageTag(text).build().getLanguage().isEmpty();
        } catch (IllformedLocaleException _) {
            return false;
        }
    }
}
