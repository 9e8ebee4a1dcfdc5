package io.herald.adapter.provider;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/** One connection to the mail server, used by one thread at a time. */
final class SmtpConnection {

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

    private final Socket socket = new Socket();
    private final Transport transport;

    SmtpConnection(Session session, SmtpSettings settings) {
        this.transport =
                new Transport(
                        session,
                        new URLName(
                                "smtp",
                                settings.host(),
                                settings.port(),
                                null,
                                settings.user(),
                                settings.password()));
    }

    /** Knows whether the server may have taken the message. */
    private static final class Transport extends SMTPTransport {
        private boolean ended;

        Transport(Session session, URLName server) {
            super(session, server);
        }

        @Override
        protected void finishData() throws IOException, MessagingException {
            // From here on the final dot may reach the server, and only its answer says whether
            // the message is its own (RFC 5321, section 4.2.5).
            ended = true;
            super.finishData();
        }
    }

    /** Connects, says hello, encrypts and authenticates, as the settings say. */
    void open(SmtpSettings settings, Duration connectTimeout)
            throws IOException, MessagingException {
        socket.connect(
                new InetSocketAddress(settings.host(), settings.port()),
                (int) connectTimeout.toMillis());
        socket.setTcpNoDelay(true);
        transport.connect(socket);
    }

    /** Whether it still stands: says NOOP, since a frozen function sees no connection end. */
    boolean isAlive() {
        try {
            socket.setSoTimeout((int) PROBE_TIMEOUT.toMillis());
            boolean alive = transport.isConnected();
            socket.setSoTimeout(0);
            return alive;
        } catch (SocketException e) {
            return false;
        }
    }

    void send(MimeMessage message, Address address) throws MessagingException {
        transport.ended = false;
        transport.sendMessage(message, new Address[] {address});
    }

    /** Whether the last message was sent to its end, so the server may have taken it. */
    boolean mayHaveSent() {
        return transport.ended;
    }

    /** What the server said last. */
    String answer() {
        var answer = transport.getLastServerResponse();
        return answer == null ? "" : answer;
    }

    /** Says QUIT and does not wait for the answer. */
    void close() {
        try {
            transport.close();
        } catch (MessagingException e) {
            // It was no longer there.
        }
        abort();
    }

    /** Ends it at once, also from another thread. */
    void abort() {
        try {
            socket.close();
        } catch (IOException e) {
            // It was no longer there.
        }
    }
}
