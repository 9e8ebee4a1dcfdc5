package io.herald.adapter.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.attempt.Outcome;
import io.herald.delivery.Message;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.RenderedMessage;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.subethamail.smtp.server.SMTPServer;

@Timeout(30)
class SmtpEmailProviderTest {

    private static final String ID = "019a8f3c-5e00-7abc-8def-0123456789ab";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String FROM = "Herald Größe <news@herald.example>";

    private record Mail(String from, String to, byte[] data) {}

    private final List<Mail> mails = new CopyOnWriteArrayList<>();
    private final SMTPServer server =
            new SMTPServer.Builder()
                    .bindAddress(InetAddress.getLoopbackAddress())
                    .port(0)
                    .messageHandler((_, from, to, data) -> mails.add(new Mail(from, to, data)))
                    .build();

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void a_mail_arrives_as_it_was_rendered() throws Exception {
        var content =
                new RenderedMessage.Email(
                        "Größe — 🎉", "Hello Ada,\n.\nGröße 漢\n.. end", "<p>Größe 漢</p>");

        try (var provider = provider(server.getPortAllocated())) {
            assertThat(provider.handOver(message("ada@example.com", content), TIMEOUT))
                    .isInstanceOf(Outcome.Sent.class);
        }

        var mail = mails.getFirst();
        assertThat(mail.from()).isEqualTo("news@herald.example");
        assertThat(mail.to()).isEqualTo("ada@example.com");
        var mime = mime(mail);
        assertThat(mime.getSubject()).isEqualTo("Größe — 🎉");
        assertThat(mime.getFrom()[0].toString()).contains("news@herald.example");
        assertThat(mime.getAllRecipients())
                .extracting(Object::toString)
                .containsExactly("ada@example.com");
        assertThat(mime.getSentDate()).isEqualTo(NOW);
        assertThat(mime.getMessageID()).isEqualTo("<" + ID + "@herald.example>");
        assertThat(mime.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
        assertThat(mime.getContentType()).startsWith("multipart/alternative");
        var parts = (MimeMultipart) mime.getContent();
        assertThat(parts.getCount()).isEqualTo(2);
        assertThat(parts.getBodyPart(0).getContentType().toLowerCase(Locale.ROOT))
                .startsWith("text/plain; charset=utf-8");
        assertThat(lines(parts.getBodyPart(0).getContent()))
                .isEqualTo("Hello Ada,\n.\nGröße 漢\n.. end");
        assertThat(parts.getBodyPart(1).getContentType().toLowerCase(Locale.ROOT))
                .startsWith("text/html; charset=utf-8");
        assertThat(lines(parts.getBodyPart(1).getContent())).isEqualTo("<p>Größe 漢</p>");
    }

    @ParameterizedTest
    @CsvSource({"text,, text/plain", ", <b>html</b>, text/html"})
    void a_mail_with_one_part_is_not_divided(
            @Nullable String text, @Nullable String html, String type) throws Exception {
        try (var provider = provider(server.getPortAllocated())) {
            provider.handOver(
                    message("ada@example.com", new RenderedMessage.Email("s", text, html)),
                    TIMEOUT);
        }

        assertThat(mime(mails.getFirst()).getContentType()).startsWith(type);
        assertThat(lines(mime(mails.getFirst()).getContent()))
                .isEqualTo(text == null ? html : text);
    }

    @Test
    void every_attempt_has_the_same_message_id() throws Exception {
        try (var provider = provider(server.getPortAllocated())) {
            provider.handOver(message("ada@example.com"), TIMEOUT);
            provider.handOver(message("ada@example.com"), TIMEOUT);
        }

        assertThat(mime(mails.get(0)).getMessageID()).isEqualTo(mime(mails.get(1)).getMessageID());
    }

    @Test
    void a_subject_cannot_add_a_header() throws Exception {
        var content =
                new RenderedMessage.Email(
                        "Hi\r\nBcc: all@example.com\r\n\r\nbody\u2028x", "text", null);

        try (var provider = provider(server.getPortAllocated())) {
            provider.handOver(message("ada@example.com", content), TIMEOUT);
        }

        var mime = mime(mails.getFirst());
        assertThat(mime.getHeader("Bcc")).isNull();
        assertThat(mime.getSubject()).isEqualTo("Hi Bcc: all@example.com body x");
        assertThat(lines(mime.getContent())).isEqualTo("text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "@example.com",
                "ada@",
                "ada@@example.com",
                "ada@example.com\r\nRCPT TO:<eve@example.com>",
                "ada@example.com\nBcc: eve@example.com",
                "ada@example.com, eve@example.com",
                "Ada <ada@example.com>",
                "<ada@example.com>",
                "ada eve@example.com",
                "ada@exam ple.com",
                "ada@example.com> SIZE=1",
                "group: ada@example.com;",
                "ada@[127.0.0.1]",
                "ada@-example-.com",
                "ada\u0000@example.com",
                "ada@example..com",
                ".ada@example.com",
                "größe@example.com",
                // Which of two domains would depend on the edition of the rules.
                "ada@größe.example",
            })
    void what_is_not_one_address_is_rejected_without_a_connection(String address) throws Exception {
        try (var silent = new RawServer(RawServer.Peer::beSilent);
                var provider = provider(silent.port())) {
            assertThat(provider.handOver(message(address), TIMEOUT))
                    .satisfies(outcome -> assertRejected(outcome, "address_invalid"));
            assertThat(silent.connections()).isZero();
        }
    }

    @Test
    void a_domain_beyond_ascii_is_written_in_ascii() throws Exception {
        try (var provider = provider(server.getPortAllocated())) {
            assertThat(provider.handOver(message("ada@bücher.example"), TIMEOUT))
                    .isInstanceOf(Outcome.Sent.class);
        }

        assertThat(mails.getFirst().to()).isEqualTo("ada@xn--bcher-kva.example");
    }

    @Test
    void parallel_mails_share_a_few_connections() throws Exception {
        int count = 60;
        try (var dialogue = new Dialogue().start();
                var provider = provider(dialogue.port());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var outcomes = new ArrayList<Future<Outcome>>();
            for (int i = 0; i < count; i++) {
                outcomes.add(
                        threads.submit(
                                () -> provider.handOver(message("ada@example.com"), TIMEOUT)));
            }
            for (var outcome : outcomes) {
                assertThat(outcome.get()).isEqualTo(new Outcome.Sent("2.0.0 queued as 7A"));
            }
            assertThat(dialogue.connections()).isBetween(1, 4);
        }
    }

    @Test
    void a_connection_that_ended_meanwhile_is_replaced() throws Exception {
        try (var dialogue = new Dialogue().hangingUpAfterEachMail().start();
                var provider = provider(dialogue.port())) {
            for (int i = 0; i < 4; i++) {
                assertThat(provider.handOver(message("ada@example.com"), TIMEOUT))
                        .isInstanceOf(Outcome.Sent.class);
            }
            assertThat(dialogue.connections()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT, 450 4.2.1 busy,           retryable, provider_deferred",
        "RCPT, 421 4.3.2 closing,        retryable, provider_deferred",
        "RCPT, 550 5.1.1 no such user,   rejected,  address_refused",
        "RCPT, 553 5.1.3 bad name,       rejected,  address_refused",
        "RCPT, 552 5.2.2 full,           rejected,  address_refused",
        "RCPT, 571 5.7.1 blocked,        rejected,  address_refused",
        "MAIL, 451 4.3.0 later,          retryable, provider_deferred",
        "MAIL, 550 5.7.1 not verified,   retryable, sender_refused",
        "MAIL, 552 5.3.4 too big,        rejected,  message_refused",
        "MAIL, 530 5.7.0 authenticate,   retryable, provider_authentication",
        "DATA, 451 4.3.0 later,          retryable, provider_deferred",
        "DATA, 554 5.5.1 no recipients,  rejected,  message_refused",
        "dot,  451 4.7.1 greylisted,     retryable, provider_deferred",
        "dot,  421 4.3.2 closing,        retryable, provider_deferred",
        "dot,  550 5.7.1 spam,           rejected,  message_refused",
        "dot,  552 5.3.4 too big,        rejected,  message_refused",
        "dot,  554 5.6.0 refused,        rejected,  message_refused",
    })
    void an_answer_that_is_no_success_decides_what_comes_next(
            String command, String answer, String kind, String code) throws Exception {
        try (var dialogue = new Dialogue().answering(command, answer).start();
                var provider = provider(dialogue.port())) {
            var outcome = provider.handOver(message("ada@example.com"), TIMEOUT);

            if (kind.equals("rejected")) {
                assertRejected(outcome, code);
            } else {
                assertRetryable(outcome, code);
            }
            assertThat(outcome.toString()).doesNotContain("ada");
        }
    }

    @Test
    void a_refused_address_leaves_the_connection_to_the_next() throws Exception {
        try (var dialogue = new Dialogue().answering("RCPT", "550 5.1.1 no such user").start();
                var provider = provider(dialogue.port())) {
            for (int i = 0; i < 3; i++) {
                assertRejected(
                        provider.handOver(message("ada@example.com"), TIMEOUT), "address_refused");
            }
            assertThat(dialogue.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"greeting", "EHLO", "MAIL", "RCPT", "DATA"})
    void a_connection_lost_before_the_end_of_the_mail_may_be_retried(String command)
            throws Exception {
        for (var fault : List.of("hang up", "be silent")) {
            try (var dialogue = new Dialogue().answering(command, fault).start();
                    var provider = provider(dialogue.port())) {
                long start = System.nanoTime();

                assertRetryable(
                        provider.handOver(message("ada@example.com"), SHORT),
                        "provider_unreachable");

                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isLessThan(Duration.ofMillis(1_500));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang up", "be silent", "drip"})
    void a_connection_lost_after_the_end_of_the_mail_is_a_lost_outcome(String fault)
            throws Exception {
        try (var dialogue = new Dialogue().answering("dot", fault).start();
                var provider = provider(dialogue.port())) {
            long start = System.nanoTime();

            assertThat(provider.handOver(message("ada@example.com"), SHORT))
                    .isInstanceOfSatisfying(
                            Outcome.Lost.class,
                            lost -> assertThat(lost.reason().code()).isEqualTo("provider_silent"));

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofMillis(1_500));
            assertThat(dialogue.connections()).isEqualTo(1);
        }
    }

    @Test
    void a_greeting_that_drips_ends_in_time() throws Exception {
        try (var dialogue = new Dialogue().answering("greeting", "drip").start();
                var provider = provider(dialogue.port())) {
            long start = System.nanoTime();

            assertRetryable(
                    provider.handOver(message("ada@example.com"), SHORT), "provider_unreachable");

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofMillis(1_500));
        }
    }

    @Test
    void nobody_listening_may_be_retried() throws Exception {
        int port;
        try (var gone = new RawServer(RawServer.Peer::beSilent)) {
            port = gone.port();
        }
        try (var provider = provider(port)) {
            assertRetryable(
                    provider.handOver(message("ada@example.com"), TIMEOUT), "provider_unreachable");
        }
    }

    @Test
    void a_refused_password_may_be_retried_and_says_so() throws Exception {
        try (var dialogue = new Dialogue().answering("AUTH", "535 5.7.8 wrong").start();
                var provider =
                        new SmtpEmailProvider(
                                new SmtpSettings(
                                        "127.0.0.1",
                                        dialogue.port(),
                                        "herald",
                                        "secret",
                                        false,
                                        FROM,
                                        "herald.example",
                                        4),
                                clock(),
                                System::nanoTime)) {
            assertRetryable(
                    provider.handOver(message("ada@example.com"), TIMEOUT),
                    "provider_authentication");
        }
    }

    @Test
    void a_server_without_encryption_gets_no_mail_where_it_is_required() throws Exception {
        try (var provider =
                new SmtpEmailProvider(
                        new SmtpSettings(
                                "127.0.0.1",
                                server.getPortAllocated(),
                                null,
                                null,
                                true,
                                FROM,
                                "herald.example",
                                4),
                        clock(),
                        System::nanoTime)) {
            assertRetryable(
                    provider.handOver(message("ada@example.com"), TIMEOUT), "provider_unreachable");
        }
        assertThat(mails).isEmpty();
    }

    @Test
    void settings_do_not_show_the_password() {
        assertThat(settings(25).toString()).isEqualTo("127.0.0.1:25");
    }

    @Test
    void a_sender_that_is_no_address_is_refused_at_once() {
        assertThatThrownBy(() ->
                        new SmtpEmailProvider(
                                new SmtpSettings(
                                        "127.0.0.1",
                                        25,
                                        null,
                                        null,
                                        false,
                                        "nobody at all",
                                        "herald.example",
                                        4),
                                clock(),
                                System::nanoTime))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static SmtpEmailProvider provider(int port) {
        return new SmtpEmailProvider(settings(port), clock(), System::nanoTime);
    }

    private static SmtpSettings settings(int port) {
        return new SmtpSettings("127.0.0.1", port, null, null, false, FROM, "herald.example", 4);
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    private static Message.Email message(String address) {
        return message(address, new RenderedMessage.Email("subject", "text", "<p>text</p>"));
    }

    private static Message.Email message(String address, RenderedMessage.Email content) {
        return new Message.Email(
                NotificationId.parse(ID),
                1,
                new TenantId(UUID.fromString("019a8f00-0000-7000-8000-000000000001")),
                new Recipient.OfUser(new UserId("ada")),
                address,
                content);
    }

    private static MimeMessage mime(Mail mail) throws Exception {
        return new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(mail.data()));
    }

    private static String lines(Object content) {
        return content.toString().replace("\r\n", "\n").stripTrailing();
    }

    private static void assertRejected(Outcome outcome, String code) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.reason().code()).isEqualTo(code));
    }

    private static void assertRetryable(Outcome outcome, String code) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Retryable.class,
                        retryable -> assertThat(retryable.reason().code()).isEqualTo(code));
    }

    /** A mail server that follows RFC 5321 up to one command, and there does as it is told. */
    private static final class Dialogue {
        private String command = "";
        private String answer = "";
        private boolean hangsUp;

        Dialogue answering(String command, String answer) {
            this.command = command;
            this.answer = answer;
            return this;
        }

        Dialogue hangingUpAfterEachMail() {
            hangsUp = true;
            return this;
        }

        RawServer start() throws IOException {
            return new RawServer(this::converse);
        }

        private void converse(RawServer.Peer peer) throws IOException {
            reply(peer, "greeting", "220 test ESMTP");
            for (var line = peer.line(); !line.isEmpty(); line = peer.line()) {
                var verb = line.split("[ :]")[0].toUpperCase(Locale.ROOT);
                switch (verb) {
                    case "EHLO" -> reply(peer, verb, "250-test\r\n250 AUTH PLAIN LOGIN");
                    case "DATA" -> {
                        if (reply(peer, verb, "354 go on")) {
                            readMail(peer);
                            reply(peer, "dot", "250 2.0.0 queued as 7A");
                            if (hangsUp) {
                                return;
                            }
                        }
                    }
                    case "QUIT" -> {
                        peer.say("221 bye");
                        return;
                    }
                    default -> reply(peer, verb, "250 ok");
                }
            }
        }

        private static void readMail(RawServer.Peer peer) throws IOException {
            while (!peer.line().equals(".")) {
                // The mail.
            }
        }

        /**
         * @return whether the usual was said
         */
        private boolean reply(RawServer.Peer peer, String at, String usual) throws IOException {
            if (!at.equals(command)) {
                peer.say(usual);
                return true;
            }
            switch (answer) {
                case "hang up" -> throw new IOException("as told");
                case "be silent" -> peer.beSilent();
                case "drip" -> {
                    for (int i = 0; i < 100; i++) {
                        peer.socket().getOutputStream().write("2".getBytes(UTF_8));
                        sleep();
                    }
                }
                default -> peer.say(answer);
            }
            return false;
        }

        private static void sleep() {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
