package io.herald.local.outside;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailServerTest {

    @TempDir Path folder;

    @Test
    void keeps_each_mail_as_a_file_and_finds_it_by_recipient_and_by_message_id()
            throws IOException {
        try (var server = MailServer.start(folder);
                var client = new Client(server.port())) {
            client.send("one@example.com", "<a.1@herald>", "First", "Hello\r\n..dotted");
            client.send("two@example.com", "<b/../2@herald>", "Second", "Hello");
        }
        var mailbox = new Mailbox(folder);
        assertThat(mailbox.all()).hasSize(2);
        var first = mailbox.to("ONE@example.com").getFirst();
        assertThat(first.messageId()).hasValue("a.1@herald");
        assertThat(first.subject()).hasValue("First");
        assertThat(first.recipients()).containsExactly("one@example.com");
        assertThat(first.text()).contains("\r\n.dotted");
        assertThat(first.file().getFileName()).hasToString("000000001-a.1@herald.eml");
        assertThat(mailbox.withMessageId("b/../2@herald"))
                .singleElement()
                .satisfies(mail -> assertThat(mail.file().getParent()).isEqualTo(folder));
    }

    @Test
    void numbers_go_on_after_a_restart() throws IOException {
        for (var i = 1; i <= 2; i++) {
            try (var server = MailServer.start(folder);
                    var client = new Client(server.port())) {
                client.send("a@example.com", "<" + i + "@herald>", "S", "T");
            }
        }
        assertThat(new Mailbox(folder).all())
                .extracting(mail -> mail.file().getFileName().toString())
                .containsExactly("000000001-1@herald.eml", "000000002-2@herald.eml");
    }

    @Test
    void asks_for_the_credentials_it_was_given() throws IOException {
        try (var server = MailServer.start(folder, new MailServer.Credentials("herald", "secret"));
                var client = new Client(server.port())) {
            assertThat(client.say("MAIL FROM:<a@example.com>")).startsWith("530");
            assertThat(client.authenticate("herald", "wrong")).startsWith("535");
            assertThat(client.authenticate("herald", "secret")).startsWith("235");
            client.send("a@example.com", "<1@herald>", "S", "T");
        }
        assertThat(new Mailbox(folder).all()).hasSize(1);
    }

    @Test
    void unfolds_headers() {
        var mail =
                DeliveredMail.of(
                        folder, "Subject: a\r\n b\r\nX: 1\r\nx: 2\r\n\r\nX: 3\r\n".getBytes(UTF_8));
        assertThat(mail.subject()).hasValue("a b");
        assertThat(mail.headers("X")).containsExactly("1", "2");
    }

    @Test
    void keeps_the_newest_thousand() throws IOException {
        var files = new NumberedFiles(folder, Mailbox.SUFFIX);
        for (var i = 1; i <= 1_100; i++) {
            files.add("m", "x".getBytes(UTF_8));
        }
        assertThat(new Mailbox(folder).all())
                .hasSize(1_000)
                .first()
                .satisfies(mail ->
                        assertThat(mail.file().getFileName()).hasToString("000000101-m.eml"));
    }

    private static final class Client implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader answers;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(10_000);
            answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            assertThat(answer()).startsWith("220");
            assertThat(say("EHLO test")).startsWith("250");
        }

        String authenticate(String user, String password) throws IOException {
            var plain = "\0" + user + "\0" + password;
            return say("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain.getBytes(UTF_8)));
        }

        void send(String to, String messageId, String subject, String text) throws IOException {
            assertThat(say("MAIL FROM:<from@example.com>")).startsWith("250");
            assertThat(say("RCPT TO:<" + to + ">")).startsWith("250");
            assertThat(say("DATA")).startsWith("354");
            assertThat(
                            say(
                                    "Message-ID: %s\r\nSubject: %s\r\n\r\n%s\r\n."
                                            .formatted(messageId, subject, text)))
                    .startsWith("250");
        }

        String say(String line) throws IOException {
            socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
            return answer();
        }

        private String answer() throws IOException {
            var line = answers.readLine();
            while (line != null && line.length() > 3 && line.charAt(3) == '-') {
                line = answers.readLine();
            }
            return String.valueOf(line);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
