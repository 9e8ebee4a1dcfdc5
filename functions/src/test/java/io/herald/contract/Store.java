package io.herald.contract;

import io.herald.audience.Users;
import io.herald.category.Categories;
import io.herald.deadletter.DeadLetters;
import io.herald.inbox.Inbox;
import io.herald.job.Jobs;
import io.herald.notification.Timeline;
import io.herald.notification.UserTimeline;
import io.herald.outbox.Outbox;
import io.herald.outbox.Reconciliation;
import io.herald.receipt.Histories;
import io.herald.schedule.DueWork;
import io.herald.submission.KeptAnswers;
import io.herald.submission.Notifications;
import io.herald.template.Templates;
import io.herald.tenant.IssuedKeys;
import io.herald.tenant.Keys;
import io.herald.tenant.Tenants;
import java.time.Duration;
import java.time.Instant;

/** Every port over one and the same state, empty at the start of each test. */
public interface Store {
    /** When each test begins. */
    Instant START = Instant.parse("2026-11-20T12:00:00Z");

    /** How long a submission's outbox row is hidden. */
    Duration GRACE = Duration.ofSeconds(5);

    /** Tells all the ports the time; stands at {@link #START} when a test begins. */
    SettableClock clock();

    Notifications notifications();

    KeptAnswers keptAnswers();

    Timeline timeline();

    UserTimeline userTimeline();

    Histories histories();

    Outbox outbox();

    DueWork dueWork();

    Reconciliation reconciliation();

    Users users();

    Templates templates();

    Categories categories();

    Tenants tenants();

    Keys keys();

    IssuedKeys issuedKeys();

    Inbox inbox();

    DeadLetters deadLetters();

    Jobs jobs();
}
