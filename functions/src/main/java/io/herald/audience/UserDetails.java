package io.herald.audience;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant says of a user.
 *
 * @param email an address, or null
 * @param phone a telephone number in the form of E.164, such as {@code +43512507}, or null
 * @param webhookUrl an absolute http or https URL, or null
 * @param pushTokens each once
 * @param locale a BCP 47 language tag, or null
 * @param timezone an IANA time zone, or null
 * @param attributes the tenant's own, an object
 */
public record UserDetails(
        @Nullable String email,
        @Nullable String phone,
        @Nullable String webhookUrl,
        List<PushToken> pushTokens,
        @Nullable String locale,
        @Nullable String timezone,
        ObjectNode attributes) {
    public UserDetails {
        pushTokens = List.copyOf(pushTokens);
    }
}
