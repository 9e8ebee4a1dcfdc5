package io.herald.api;

import static java.util.Objects.requireNonNull;

import io.herald.api.docs.DocumentationRoutes;
import io.herald.api.http.Bearer;
import io.herald.api.http.Call;
import io.herald.api.http.HttpRequest;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.api.http.Meter;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Query;
import io.herald.api.http.Route;
import io.herald.api.http.Routes;
import io.herald.audience.PhoneNumbers;
import io.herald.audience.Users;
import io.herald.category.Categories;
import io.herald.deadletter.DeadLetters;
import io.herald.fault.Faults;
import io.herald.inbox.Inbox;
import io.herald.intervention.CancelNotification;
import io.herald.intervention.RescheduleNotification;
import io.herald.intervention.ResolveNotification;
import io.herald.job.Jobs;
import io.herald.job.StartJob;
import io.herald.limit.RateLimit;
import io.herald.limit.RateLimiter;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.UserTimeline;
import io.herald.receipt.Connections;
import io.herald.receipt.TakeReceipts;
import io.herald.submission.Notifications;
import io.herald.submission.SubmitNotifications;
import io.herald.template.Renderer;
import io.herald.template.Templates;
import io.herald.tenant.Authenticate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests: finds the route, lets the caller in, runs the operation, and makes a problem
 * document of whatever stands in the way. Writes one line for each request, with nothing personal.
 */
public final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    // What is wrong with a query is told with what is wrong with the body, by the route's action.
    private static final Set<String> BODY = Set.of("POST", "PUT", "PATCH");

    private final Routes routes;
    private final @Nullable Admission admission;
    private final LongSupplier nanoTime;

    /**
     * @param nanoTime as {@link System#nanoTime()} gives it
     */
    public Api(
            Authenticate authenticate,
            RateLimiter limiter,
            RateLimit limit,
            Users users,
            PhoneNumbers phoneNumbers,
            Templates templates,
            Categories categories,
            Renderer renderer,
            SubmitNotifications submit,
            CancelNotification cancel,
            RescheduleNotification reschedule,
            ResolveNotification resolve,
            Notifications notifications,
            Timeline timeline,
            UserTimeline userTimeline,
            Inbox inbox,
            DeadLetters deadLetters,
            Jobs jobs,
            StartJob startJob,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        admission = new Admission(new Bearer(authenticate), limiter, limit);
        routes =
                new Routes(
                        Stream.of(
                                        new UserRoutes(users, phoneNumbers, inbox, userTimeline)
                                                .all(),
                                        new TemplateRoutes(templates, categories, renderer).all(),
                                        new CategoryRoutes(categories, templates).all(),
                                        new SubmissionRoutes(submit, renderer).all(),
                                        new NotificationRoutes(notifications, timeline).all(),
                                        new InterventionRoutes(cancel, reschedule, resolve).all(),
                                        new DeadLetterRoutes(
                                                        deadLetters,
                                                        notifications,
                                                        timeline,
                                                        startJob)
                                                .all(),
                                        new JobRoutes(jobs).all(),
                                        new DocumentationRoutes().all(),
                                        List.of(Route.of("GET", "/healthz", null, Api::health)))
                                .flatMap(List::stream)
                                .toList());
    }

    /**
     * What providers call: they have no key, and each call shows by itself who made it.
     *
     * @param nanoTime as {@link System#nanoTime()} gives it
     */
    public Api(Connections connections, TakeReceipts takeReceipts, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        admission = null;
        routes = new Routes(new CallbackRoutes(connections, takeReceipts).all());
    }

    /** Lets tenants in, within their limits. */
    private record Admission(Bearer bearer, RateLimiter limiter, RateLimit limit) {}

    /** Every operation. */
    public List<Route> routes() {
        return routes.all();
    }

    /** Never throws, unless Java itself is at its end. */
    public HttpResponse answer(HttpRequest request) {
        long start = nanoTime.getAsLong();
        var entry = new LogEntry();
        var response = answer(request, entry);
        LOG.info(
                "{} {} {} in {} ms, request {}, tenant {}",
                request.method().matches("[A-Z]{1,16}") ? request.method() : "-",
                entry.template,
                response.status(),
                TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start),
                request.id(),
                entry.tenant == null ? "-" : entry.tenant);
        var metered = entry.meter == null ? response : entry.meter.addTo(response);
        var all =
                metered.with("x-request-id", request.id()).withDefault("Cache-Control", "no-store");
        return request.method().equals("HEAD") ? all.withoutBody() : all;
    }

    /** What is learnt of a request on its way, for the log and the answer. */
    private static final class LogEntry {
        private String template = "-";
        private @Nullable TenantId tenant;
        private @Nullable Meter meter;
    }

    private HttpResponse answer(HttpRequest request, LogEntry entry) {
        try {
            return switch (routes.find(request)) {
                case Routes.Match.Found(var route, var parameters) -> {
                    entry.template = route.template();
                    yield operate(request, route, parameters, entry);
                }
                case Routes.Match.OtherMethod(var template, var allowed) -> {
                    entry.template = template;
                    yield otherMethod(request, allowed);
                }
                case Routes.Match.Unknown() ->
                        throw new ProblemException(
                                Problem.of(Problem.Type.NOT_FOUND, "There is nothing here."));
                case Routes.Match.Undecodable() ->
                        throw new ProblemException(
                                Problem.of(
                                        Problem.Type.MALFORMED,
                                        "The path is not percent-encoded UTF-8."));
            };
        } catch (ProblemException e) {
            return e.problem().response(request);
        } catch (StoreUnavailableException e) {
            LOG.warn("request {} failed: {}", request.id(), e.getMessage());
            return Problem.of(
                            Problem.Type.UNAVAILABLE,
                            "The store cannot be reached now. What this call asked for may or may not have been"
                                    + " stored; try again soon.")
                    .with("Retry-After", "1")
                    .response(request);
        } catch (RuntimeException e) {
            LOG.error("a fault of ours, request {}: {}", request.id(), Faults.trace(e));
            return Problem.of(
                            Problem.Type.INTERNAL,
                            "This is a fault of ours. It was written down under the request's id.")
                    .response(request);
        }
    }

    private HttpResponse operate(
            HttpRequest request, Route route, Map<String, String> parameters, LogEntry entry) {
        var scope = route.scope();
        if (scope == null) {
            return act(request, route, parameters, null, null);
        }
        var admits = requireNonNull(admission, "without one, no route has a scope");
        var tenant = admits.bearer().access(request, scope).tenant();
        var meter = new Meter(admits.limiter(), admits.limit(), tenant);
        entry.tenant = tenant;
        entry.meter = meter;
        if (!route.costCounted()) {
            meter.charge(1);
        }
        try {
            return act(request, route, parameters, tenant, meter);
        } catch (ProblemException e) {
            meter.chargeIfNot();
            throw e;
        }
    }

    private static HttpResponse act(
            HttpRequest request,
            Route route,
            Map<String, String> parameters,
            @Nullable TenantId tenant,
            @Nullable Meter meter) {
        var problems = new InputProblems();
        var query = new Query(request.query(), route.queryParameters(), problems);
        if (route.queryParameters().isEmpty() && !BODY.contains(route.method())) {
            problems.refuse();
        }
        return route.action().answer(new Call(request, tenant, parameters, query, problems, meter));
    }

    private static HttpResponse otherMethod(HttpRequest request, String allowed) {
        if (request.method().equals("OPTIONS")) {
            return new HttpResponse(204, Map.of("Allow", allowed), null);
        }
        throw new ProblemException(
                Problem.of(
                                Problem.Type.METHOD_NOT_ALLOWED,
                                "The methods of this resource are " + allowed + ".")
                        .with("Allow", allowed));
    }

    private static HttpResponse health(Call call) {
        return HttpResponse.json(200, Json.object().put("status", "ok"));
    }
}
