package io.herald.memory;

import static java.util.Comparator.comparing;

import io.herald.memory.MemoryState.TenantKey;
import io.herald.notification.TenantId;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeptAnswer;
import io.herald.submission.KeptAnswers;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

record MemoryKeptAnswers(MemoryState state) implements KeptAnswers {

    @Override
    public Map<IdempotencyKey, KeptAnswer> find(TenantId tenant, Collection<IdempotencyKey> keys) {
        var oldest = state.clock.instant().minus(KEPT);
        var found = new LinkedHashMap<IdempotencyKey, KeptAnswer>();
        for (var key : keys) {
            var kept = state.kept.get(new TenantKey(tenant, key));
            if (kept != null && kept.createdAt().isAfter(oldest)) {
                found.put(key, kept.answer());
            }
        }
        return found;
    }

    @Override
    public boolean forgetOld(int limit) {
        var oldest = state.clock.instant().minus(KEPT);
        var old =
                state.kept.entrySet().stream()
                        .filter(kept -> !kept.getValue().createdAt().isAfter(oldest))
                        .sorted(comparing(kept -> kept.getValue().createdAt()))
                        .limit(limit)
                        .map(Map.Entry::getKey)
                        .toList();
        old.forEach(state.kept::remove);
        return old.size() == limit;
    }
}
