package io.herald.adapter.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import io.herald.delivery.Message;
import io.herald.delivery.Provider;
import io.herald.notification.Reason;
import io.herald.template.RenderedMessage;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.IDN;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Deque;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands mail over by SMTP (RFC 5321). Every attempt at a notification carries the same {@code
 * Message-ID}, by which a receiver may know a repetition.
 *
 * <p>Opens no connection before the first message. Connections are kept for a few seconds and
 * probed before they are used again.
 */
public final class SmtpEmailProvider implements Provider<Message.Email>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SmtpEmailProvider.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration KEPT_IDLE = Duration.ofSeconds(10);
    private static final int MAX_REFERENCE_LENGTH = 200;

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");
    private static final Pattern NO_PLACE_IN_AN_ADDRESS =
            Pattern.compile("[\\p{Cc}\\p{Zs}\\p{Zl}\\p{Zp}<>()\\[\\]:;,\"\\\\]");
    // Older and newer rules make different domains of these, and Java knows the older ones only.
    private static final Pattern NO_PLACE_IN_A_DOMAIN =
            Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    private final SmtpSettings settings;
    private final InternetAddress from;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Session session;
    private final Semaphore free;
    private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
    private final Watchdog watchdog = new Watchdog("smtp-deadline");

    private record Idle(SmtpConnection connection, long since) {}

    /**
     * @param nanoTime a monotonic clock
     * @throws IllegalArgumentException when the settings' from address is none
     */
    public SmtpEmailProvider(SmtpSettings settings, Clock clock, LongSupplier nanoTime) {
        this.settings = settings;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.free = new Semaphore(settings.maxConnections(), true);
        try {
            var parsed = new InternetAddress(settings.from(), true);
            this.from =
                    new InternetAddress(parsed.getAddress(), parsed.getPersonal(), UTF_8.name());
        } catch (AddressException | java.io.UnsupportedEncodingException e) {
            throw new IllegalArgumentException("not an address to send from", e);
        }
        this.session = Session.getInstance(properties(settings));
    }

    private static Properties properties(SmtpSettings settings) {
        var properties = new Properties();
        properties.put("mail.smtp.localhost", settings.helloName());
        properties.put("mail.smtp.auth", String.valueOf(settings.user() != null));
        properties.put("mail.smtp.starttls.enable", String.valueOf(settings.startTls()));
        properties.put("mail.smtp.starttls.required", String.valueOf(settings.startTls()));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
        properties.put("mail.smtp.quitwait", "false");
        return properties;
    }

    @Override
    public Outcome handOver(Message.Email message, Duration timeout) {
        var address = address(message.address());
        if (address == null) {
            return rejected("address_invalid", "The email address is not one that mail can go to.");
        }
        var deadline = Deadline.in(timeout, nanoTime);
        if (!acquire(timeout)) {
            return new Outcome.NotHandedOver(
                    new Reason("provider_busy", "All connections to the mail server are in use."),
                    Duration.ZERO);
        }
        try {
            return handOver(message, address, deadline);
        } finally {
            free.release();
        }
    }

    private Outcome handOver(Message.Email message, InternetAddress address, Deadline deadline) {
        var connection = kept(deadline);
        if (connection == null) {
            var fresh = new SmtpConnection(session, settings);
            try (var _ = watchdog.guard(left(deadline), fresh::abort)) {
                fresh.open(settings, shorter(CONNECT_TIMEOUT, left(deadline)));
            } catch (AuthenticationFailedException e) {
                fresh.abort();
                LOG.warn("the mail server {} refused the password", settings);
                return retryable(
                        "provider_authentication", "The mail server refused our credentials.");
            } catch (IOException | MessagingException e) {
                fresh.abort();
                // Nothing of a message was said yet, so nothing of one can be in its words.
                LOG.warn("no connection to the mail server {}: {}", settings, e.toString());
                return unreachable();
            }
            connection = fresh;
        }
        return send(connection, message, address, deadline);
    }

    private Outcome send(
            SmtpConnection connection,
            Message.Email message,
            InternetAddress address,
            Deadline deadline) {
        try (var guard = watchdog.guard(left(deadline), connection::abort)) {
            connection.send(mime(message, address), address);
            var reference = reference(connection.answer());
            guard.close();
            keep(connection);
            return new Outcome.Sent(reference);
        } catch (MessagingException e) {
            return failure(connection, e);
        }
    }

    private Outcome failure(SmtpConnection connection, MessagingException failure) {
        var refusal = Refusal.in(failure);
        if (refusal == null) {
            connection.abort();
            return connection.mayHaveSent()
                    ? new Outcome.Lost(
                            new Reason(
                                    "provider_silent",
                                    "The mail server gave no answer to the message."))
                    : unreachable();
        }
        if (refusal.code() == 421) {
            connection.abort();
        } else {
            // Angus has sent RSET; whether the connection still stands shows at the next use.
            keep(connection);
        }
        return refusal.outcome();
    }

    /** What the server answered when it did not take the message, and to which command. */
    private record Refusal(Command command, int code) {

        private enum Command {
            MAIL,
            RCPT,
            DATA
        }

        static @Nullable Refusal in(MessagingException failure) {
            @Nullable Refusal found = null;
            for (Exception e = failure;
                    e instanceof MessagingException link;
                    e = link.getNextException()) {
                var refusal =
                        switch (link) {
                            case SMTPAddressFailedException refused ->
                                    new Refusal(Command.RCPT, refused.getReturnCode());
                            case SMTPSenderFailedException refused ->
                                    new Refusal(Command.MAIL, refused.getReturnCode());
                            case SMTPSendFailedException refused ->
                                    new Refusal(Command.DATA, refused.getReturnCode());
                            default -> null;
                        };
                // The innermost is the command that failed first; -1 is no answer at all.
                if (refusal != null && refusal.code() >= 200) {
                    found = refusal;
                }
            }
            return found;
        }

        Outcome outcome() {
            var words = "The mail server answered " + command + " with " + code + ".";
            if (code == 530 || code == 535) {
                return retryable("provider_authentication", words);
            }
            if (code == 421) {
                return retryable("provider_deferred", words);
            }
            if (code < 500) {
                // Such as of a mailbox that is full, or of an address that is not known yet.
                return Outcome.Retryable.aboutMessage(new Reason("provider_deferred", words));
            }
            return switch (command) {
                // Who may send is a matter of our settings, and those can be corrected; but for
                // the size, which MAIL may be refused for.
                case MAIL ->
                        code == 552
                                ? rejected("message_refused", words)
                                : retryable("sender_refused", words);
                case RCPT -> rejected("address_refused", words);
                case DATA -> rejected("message_refused", words);
            };
        }
    }

    private MimeMessage mime(Message.Email message, InternetAddress address)
            throws MessagingException {
        var id =
                "<"
                        + message.notification()
                        + from.getAddress().substring(from.getAddress().lastIndexOf('@'))
                        + ">";
        var mime =
                new MimeMessage(session) {
                    @Override
                    protected void updateMessageID() throws MessagingException {
                        setHeader("Message-ID", id);
                    }
                };
        mime.setFrom(from);
        mime.setRecipient(jakarta.mail.Message.RecipientType.TO, address);
        mime.setSentDate(Date.from(clock.instant()));
        // No vacation notice is to answer it (RFC 3834).
        mime.setHeader("Auto-Submitted", "auto-generated");
        // A break would begin another header.
        mime.setSubject(
                CONTROLS.matcher(message.content().subject()).replaceAll(" "), UTF_8.name());
        fill(mime, message.content());
        mime.saveChanges();
        return mime;
    }

    private static void fill(MimeMessage mime, RenderedMessage.Email content)
            throws MessagingException {
        var text = content.text();
        var html = content.html();
        if (text != null && html != null) {
            var plain = new MimeBodyPart();
            plain.setText(text, UTF_8.name());
            var rich = new MimeBodyPart();
            rich.setText(html, UTF_8.name(), "html");
            // The best one last (RFC 2046, section 5.1.4).
            mime.setContent(new MimeMultipart("alternative", plain, rich));
        } else if (html != null) {
            mime.setText(html, UTF_8.name(), "html");
        } else {
            mime.setText(text == null ? "" : text, UTF_8.name());
        }
    }

    /**
     * The address, its domain in ASCII; null when it is not exactly one. A mailbox beyond ASCII is
     * none: few servers take it (RFC 6531).
     */
    private static @Nullable InternetAddress address(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1
                || NO_PLACE_IN_AN_ADDRESS.matcher(text).find()
                || text.substring(0, at).chars().anyMatch(c -> c > 0x7e)
                || NO_PLACE_IN_A_DOMAIN.matcher(text.substring(at)).find()) {
            return null;
        }
        try {
            var domain = IDN.toASCII(text.substring(at + 1), IDN.USE_STD3_ASCII_RULES);
            var address = new InternetAddress(text.substring(0, at) + "@" + domain, true);
            address.validate();
            return address;
        } catch (AddressException | IllegalArgumentException e) {
            return null;
        }
    }

    /** What the server calls the message, as far as it says; null when it says an address. */
    private static @Nullable String reference(String answer) {
        var words = CONTROLS.matcher(answer).replaceAll(" ").replaceFirst("^250[ -]", "").strip();
        if (words.isEmpty() || words.indexOf('@') >= 0) {
            return null;
        }
        return words.length() > MAX_REFERENCE_LENGTH
                ? words.substring(0, MAX_REFERENCE_LENGTH)
                : words;
    }

    private @Nullable SmtpConnection kept(Deadline deadline) {
        for (var next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            var connection = next.connection();
            if (nanoTime.getAsLong() - next.since() > KEPT_IDLE.toNanos()) {
                connection.close();
                continue;
            }
            try (var _ = watchdog.guard(left(deadline), connection::abort)) {
                if (connection.isAlive()) {
                    return connection;
                }
            }
            connection.abort();
        }
        return null;
    }

    private void keep(SmtpConnection connection) {
        idle.addFirst(new Idle(connection, nanoTime.getAsLong()));
    }

    private boolean acquire(Duration timeout) {
        try {
            return free.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Duration left(Deadline deadline) {
        var left = deadline.remaining();
        return left.compareTo(SHORTEST) > 0 ? left : SHORTEST;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Outcome unreachable() {
        return retryable("provider_unreachable", "The mail server is out of reach.");
    }

    private static Outcome retryable(String code, String words) {
        return new Outcome.Retryable(new Reason(code, words), null);
    }

    private static Outcome rejected(String code, String words) {
        return new Outcome.Rejected(new Reason(code, words));
    }

    @Override
    public void close() {
        watchdog.close();
        for (var next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            next.connection().close();
        }
    }
}
