package io.herald.local.gateway;

import java.util.UUID;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what never reaches the handler, because Jetty could not parse it or is stopping: a
 * problem document, and nothing of what was sent in it.
 */
final class ProblemErrorHandler implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var status =
                request.getAttribute(ErrorHandler.ERROR_STATUS) instanceof Integer known
                        ? known
                        : HttpStatus.INTERNAL_SERVER_ERROR_500;
        var detail =
                switch (status) {
                    case 400 -> "The request is not well-formed HTTP.";
                    case 408 -> "The request did not arrive in time.";
                    case 414 -> "The request target is too long.";
                    case 431 -> "The request line and headers are too large.";
                    case 500 -> "The gateway failed.";
                    case 503 -> "The gateway stops.";
                    case 505 -> "This version of HTTP is not supported.";
                    default -> HttpStatus.getMessage(status) + ".";
                };
        GatewayHandler.writeProblem(
                request,
                response,
                callback,
                new Refusal(status, detail),
                UUID.randomUUID().toString());
        return true;
    }
}
