package io.herald.cli.endtoend;

import io.herald.cli.CommandException;
import io.herald.cli.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs every scenario against a deployment, and removes what it made there. */
public final class EndToEnd {
    private final Deployment deployment;
    private final String prefix;

    /**
     * @param prefix of the names of all it makes, unlike any name there; lower-case letters, digits
     *     and hyphens
     */
    public EndToEnd(Deployment deployment, String prefix) {
        this.deployment = deployment;
        this.prefix = prefix;
    }

    /**
     * @return one for each scenario, in their order, and one for the removal of what they made
     * @throws CommandException when nothing answers at all
     */
    public List<Result> run(Progress progress) throws InterruptedException {
        try (var caller = new Caller(deployment.address(), deployment.key())) {
            progress.now("Looking for the API");
            expectSomeone(caller);
            var visit = new Visit(caller, prefix);
            var results = new ArrayList<Result>();
            try {
                for (var scenario : scenarios()) {
                    progress.now(scenario.name());
                    results.add(tried(scenario, visit));
                }
            } finally {
                // Also after Ctrl-C: the interrupt has become an exception, and calls work again.
                progress.now("Removing what was made");
                results.add(tried(new Scenario("what was made is removed", Visit::leave), visit));
            }
            return results;
        }
    }

    private void expectSomeone(Caller caller) throws InterruptedException {
        try {
            caller.send(Call.get("/healthz").withoutKey());
        } catch (UnexpectedAnswer e) {
            throw CommandException.lacking(
                    "Nothing answers at " + deployment.address() + ": " + e.answer() + ".", e);
        }
    }

    /** The last one looks at what the others called. */
    private List<Scenario> scenarios() {
        var scenarios = new ArrayList<Scenario>();
        scenarios.addAll(UserScenarios.all());
        scenarios.addAll(TemplateScenarios.all());
        scenarios.addAll(CategoryScenarios.all());
        scenarios.addAll(DeliveryScenarios.all(deployment));
        scenarios.addAll(DeadLetterScenarios.all());
        scenarios.addAll(BatchScenarios.all());
        scenarios.addAll(ScheduleScenarios.all());
        scenarios.addAll(IdempotencyScenarios.all());
        scenarios.addAll(ListScenarios.all());
        scenarios.addAll(ProblemScenarios.all());
        scenarios.addAll(TransferScenarios.all());
        scenarios.addAll(DocumentationScenarios.all());
        return scenarios;
    }

    private static Result tried(Scenario scenario, Visit visit) throws InterruptedException {
        var startedAt = System.nanoTime();
        Outcome outcome;
        try {
            scenario.steps().take(visit);
            outcome = new Outcome.Passed();
        } catch (UnexpectedAnswer e) {
            outcome = new Outcome.Failed(e.expected(), e.answer(), e.requestId());
        }
        return new Result(
                scenario.name(), outcome, Duration.ofNanos(System.nanoTime() - startedAt));
    }
}
