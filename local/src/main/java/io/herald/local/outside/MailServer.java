package io.herald.local.outside;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.auth.PlainAuthenticationHandlerFactory;
import org.subethamail.smtp.server.SMTPServer;

/**
 * An SMTP server on loopback (RFC 5321, without TLS) that takes whatever it is given and keeps it
 * as files, with a Delivered-To header added for each recipient of the envelope. A mail has been
 * written when it is acknowledged.
 */
public final class MailServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MailServer.class);
    private static final int LARGEST_MAIL = 40 * 1_024 * 1_024;

    private final NumberedFiles files;
    private final Mailbox mailbox;
    private final SMTPServer server;

    private MailServer(Path folder, @Nullable Credentials credentials) throws IOException {
        this.files = new NumberedFiles(folder, Mailbox.SUFFIX);
        this.mailbox = new Mailbox(folder);
        var builder =
                SMTPServer.port(0)
                        .bindAddress(InetAddress.getLoopbackAddress())
                        .hostName("localhost")
                        .softwareName("Herald's local mail server")
                        .messageHandlerFactory(_ -> new Reception())
                        .maxMessageSize(LARGEST_MAIL)
                        .hideTLS();
        if (credentials != null) {
            builder.requireAuth()
                    .showAuthCapabilitiesBeforeSTARTTLS(true)
                    .authenticationHandlerFactory(
                            new PlainAuthenticationHandlerFactory(
                                    (user, password, _) -> credentials.check(user, password)));
        }
        this.server = builder.build();
        server.start();
    }

    /**
     * What a client must say by AUTH PLAIN (RFC 4616) before it may send.
     *
     * @param password never printed
     */
    public record Credentials(String user, String password) {

        void check(String givenUser, String givenPassword) throws LoginFailedException {
            if (!user.equals(givenUser) || !password.equals(givenPassword)) {
                throw new LoginFailedException();
            }
        }

        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }

    /** Starts a server, on a free port, that lets anyone send. */
    public static MailServer start(Path folder) throws IOException {
        return new MailServer(folder, null);
    }

    /** Starts a server, on a free port, that lets only those send who know the credentials. */
    public static MailServer start(Path folder, Credentials credentials) throws IOException {
        return new MailServer(folder, credentials);
    }

    /** The port on loopback. */
    public int port() {
        return server.getPortAllocated();
    }

    /** What it has taken. */
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public void close() {
        server.stop();
    }

    private final class Reception implements MessageHandler {

        private final List<String> recipients = new ArrayList<>();

        @Override
        public void from(String sender) {
            recipients.clear();
        }

        @Override
        public void recipient(String recipient) {
            recipients.add(recipient);
        }

        @Override
        public @Nullable String data(InputStream content) throws RejectException, IOException {
            var mail = new ByteArrayOutputStream();
            for (var recipient : recipients) {
                mail.writeBytes(("Delivered-To: " + recipient + "\r\n").getBytes(UTF_8));
            }
            content.transferTo(mail);
            var label = new DeliveredMail(mailbox.folder(), mail.toString(UTF_8)).messageId();
            try {
                files.add(label.orElse("no-message-id"), mail.toByteArray());
            } catch (IOException e) {
                LOG.warn("a mail could not be written", e);
                throw new RejectException(452, "Insufficient system storage");
            }
            return null;
        }

        @Override
        public void done() {}
    }
}
