package io.herald.submission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.submission.IdempotencyKey.Use;
import io.herald.submission.Notifications.Once;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

public abstract class KeptAnswersContract {
    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void an_answer_is_found_under_its_key_and_no_other() {
        var message = answer(Use.MESSAGE, "k-1", "the answer");
        var batch = answer(Use.BATCH, "k-1", "another answer");

        assertThat(acceptOnce(message, batch)).isEqualTo(Once.STORED);

        assertThat(find("k-1", "k-2")).isEqualTo(Map.of(message.key(), message));
        assertThat(store().keptAnswers().find(tenant, List.of(batch.key())))
                .isEqualTo(Map.of(batch.key(), batch));
        assertThat(store().keptAnswers().find(Samples.tenant(), List.of(message.key()))).isEmpty();
    }

    @Test
    void any_text_may_be_a_key() {
        var odd = answer(Use.MESSAGE, Samples.ODD_TEXT, Samples.ODD_TEXT);

        acceptOnce(odd);

        assertThat(find(Samples.ODD_TEXT)).isEqualTo(Map.of(odd.key(), odd));
    }

    @Test
    void when_one_key_is_taken_nothing_is_stored() {
        acceptOnce(answer(Use.MESSAGE, "taken", "first"));
        var made = Samples.submission(store().clock(), tenant, new UserId("ada"), 2);

        var stored =
                store().notifications()
                        .acceptOnce(
                                tenant,
                                made,
                                List.of(
                                        answer(Use.MESSAGE, "free", "second"),
                                        answer(Use.MESSAGE, "taken", "second")));

        assertThat(stored).isEqualTo(Once.KEY_TAKEN);
        assertThat(store().notifications().find(tenant, made.getFirst().id())).isEmpty();
        assertThat(find("free")).isEmpty();
        assertThat(find("taken").values()).containsExactly(answer(Use.MESSAGE, "taken", "first"));
        assertThat(
                        store().outbox()
                                .lease(
                                        Store.START.plus(Duration.ofDays(1)),
                                        Duration.ofSeconds(1),
                                        10,
                                        Long.MAX_VALUE))
                .isEmpty();
    }

    @Test
    void after_a_day_a_key_is_free_again() {
        var first = answer(Use.MESSAGE, "k", "first");
        var second = answer(Use.MESSAGE, "k", "second");
        acceptOnce(first);

        store().clock().advance(KeptAnswers.KEPT.minusMillis(1));
        assertThat(find("k").values()).containsExactly(first);
        assertThat(acceptOnce(second)).isEqualTo(Once.KEY_TAKEN);

        store().clock().advance(Duration.ofMillis(1));
        assertThat(find("k")).isEmpty();
        assertThat(acceptOnce(second)).isEqualTo(Once.STORED);
        assertThat(find("k").values()).containsExactly(second);
    }

    @Test
    void what_is_old_is_forgotten_in_helpings_and_nothing_else() {
        IntStream.range(0, 5).forEach(i -> acceptOnce(answer(Use.MESSAGE, "old-" + i, "x")));
        store().clock().advance(KeptAnswers.KEPT);
        var young = answer(Use.MESSAGE, "young", "x");
        acceptOnce(young);

        assertThat(store().keptAnswers().forgetOld(3)).isTrue();
        assertThat(store().keptAnswers().forgetOld(3)).isFalse();

        store().clock().set(Store.START);
        assertThat(
                        find(
                                Stream.concat(
                                                IntStream.range(0, 5).mapToObj(i -> "old-" + i),
                                                Stream.of("young"))
                                        .toArray(String[]::new)))
                .isEqualTo(Map.of(young.key(), young));
    }

    @Test
    void of_many_calls_with_the_same_keys_at_the_same_time_one_stores() throws Exception {
        // In opposite orders, which must not end in a deadlock.
        var keys = IntStream.range(0, 20).mapToObj(i -> "k-" + i).toList();
        var calls = new ArrayList<Callable<Once>>();
        for (int i = 0; i < 12; i++) {
            var order = i % 2 == 0 ? keys : keys.reversed();
            var made = Samples.submission(store().clock(), tenant, new UserId("ada"), 20);
            calls.add(() ->
                    store().notifications()
                            .acceptOnce(
                                    tenant,
                                    made,
                                    order.stream()
                                            .map(key -> answer(Use.MESSAGE, key, "x"))
                                            .toList()));
        }
        var results = new ArrayList<Once>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : threads.invokeAll(calls)) {
                results.add(call.get());
            }
        }

        assertThat(results).containsOnlyOnce(Once.STORED).containsOnly(Once.STORED, Once.KEY_TAKEN);
        assertThat(all()).hasSize(20);
    }

    private Once acceptOnce(KeptAnswer... answers) {
        return store().notifications().acceptOnce(tenant, List.of(), List.of(answers));
    }

    private Map<IdempotencyKey, KeptAnswer> find(String... keys) {
        return store().keptAnswers()
                .find(
                        tenant,
                        Stream.of(keys).map(key -> new IdempotencyKey(Use.MESSAGE, key)).toList());
    }

    private static KeptAnswer answer(Use use, String key, String text) {
        return new KeptAnswer(
                new KeyedRequest(new IdempotencyKey(use, key), "f" + text.length()),
                TextNode.valueOf(text));
    }

    private List<Notifications.Current> all() {
        var filter = NotificationFilter.ofUser(new UserId("ada"));
        return store().notifications().list(tenant, filter, null, 100).notifications();
    }
}
