package io.herald.adapter.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.receipt.SignedCall;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs and verifies as Standard Webhooks 1.0 says ("Signature scheme", symmetric). */
final class WebhookSignature {

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final int MAX_SIGNATURES = 10;

    private WebhookSignature() {}

    /**
     * @param secret {@code whsec_} and base64
     * @param timestamp in seconds since 1970
     * @return the value of the {@code webhook-signature} header
     * @throws IllegalArgumentException when the secret has another form
     */
    static String of(String secret, String id, long timestamp, byte[] body) {
        return "v1,"
                + Base64.getEncoder()
                        .encodeToString(sign(keyOf(secret), id + "." + timestamp + ".", body));
    }

    /**
     * Whether one of the call's signatures is of the secret, and was made in the last minutes, by
     * clocks that may differ as much.
     */
    static boolean isOf(String secret, SignedCall call, Instant now) {
        if (!call.timestamp().matches("[0-9]{1,11}")) {
            return false;
        }
        var made = Instant.ofEpochSecond(Long.parseLong(call.timestamp()));
        if (Duration.between(made, now).abs().compareTo(TOLERANCE) > 0) {
            return false;
        }
        var expected = sign(keyOf(secret), call.id() + "." + call.timestamp() + ".", call.body());
        boolean found = false;
        // A secret that is being changed signs twice.
        for (var signature : call.signature().split(" ", MAX_SIGNATURES)) {
            if (signature.startsWith("v1,")) {
                found |= MessageDigest.isEqual(expected, decoded(signature.substring(3)));
            }
        }
        return found;
    }

    /**
     * @throws IllegalArgumentException when it has not the form of a secret
     */
    static void requireSecret(String secret) {
        var _ = keyOf(secret);
    }

    private static byte[] keyOf(String secret) {
        if (!secret.startsWith(PREFIX)) {
            throw new IllegalArgumentException("the secret has no prefix " + PREFIX);
        }
        return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
    }

    private static byte[] sign(byte[] key, String head, byte[] body) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(head.getBytes(UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static byte[] decoded(String signature) {
        try {
            return Base64.getDecoder().decode(signature);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
