package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.api.http.Fields;
import io.herald.api.http.Format;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.audience.EmailAddress;
import io.herald.audience.UserDetails;
import io.herald.audience.WebhookUrl;
import java.time.ZoneId;
import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a tenant says of a user. */
final class UserBody {
    private static final int MAX_ATTRIBUTES_BYTES = 16 * 1024;
    private static final int MAX_ATTRIBUTES_DEPTH = 32;
    private static final int MAX_TAG_LENGTH = 64;

    private static final Set<String> TIMEZONES = Set.copyOf(ZoneId.getAvailableZoneIds());

    static final Format EMAIL = Format.parsedBy(EmailAddress::parse);
    static final Format WEBHOOK_URL = Format.parsedBy(WebhookUrl::parse);
    private static final Format LOCALE =
            Format.length(1, MAX_TAG_LENGTH)
                    .and(
                            Format.matching(
                                    UserBody::isLanguageTag,
                                    "must be a BCP 47 language tag, such as de-AT"));
    private static final Format TIMEZONE =
            Format.matching(TIMEZONES::contains, "must be an IANA time zone, such as Europe/Paris");

    private UserBody() {}

    /**
     * @return null when something is wrong, which is collected
     */
    static @Nullable UserDetails read(JsonNode body, InputProblems problems) {
        var fields = Fields.of(body, "", problems);
        if (fields == null) {
            return null;
        }
        var email = fields.text("email", EMAIL);
        var webhookUrl = fields.text("webhookUrl", WEBHOOK_URL);
        var locale = fields.text("locale", LOCALE);
        var timezone = fields.text("timezone", TIMEZONE);
        var attributes =
                fields.freeObject("attributes", MAX_ATTRIBUTES_BYTES, MAX_ATTRIBUTES_DEPTH);
        fields.refuseOthers();
        return problems.isEmpty()
                ? new UserDetails(
                        email,
                        webhookUrl,
                        locale,
                        timezone,
                        attributes == null ? Json.object() : attributes)
                : null;
    }

    private static boolean isLanguageTag(String text) {
        try {
            return !new Locale.Builder().setLanguageTag(text).build().getLanguage().isEmpty();
        } catch (IllformedLocaleException _) {
            return false;
        }
    }
}
