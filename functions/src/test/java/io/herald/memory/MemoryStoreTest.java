package io.herald.memory;

import io.herald.audience.UsersContract;
import io.herald.category.CategoriesContract;
import io.herald.contract.Store;
import io.herald.deadletter.DeadLettersContract;
import io.herald.deadletter.SettleDeadLettersContract;
import io.herald.deadletter.UndecodableRecord;
import io.herald.inbox.InboxContract;
import io.herald.job.JobsContract;
import io.herald.notification.TimelineContract;
import io.herald.notification.UserTimelineContract;
import io.herald.outbox.OutboxContract;
import io.herald.outbox.ReconciliationContract;
import io.herald.receipt.HistoriesContract;
import io.herald.schedule.DueWorkContract;
import io.herald.submission.KeptAnswersContract;
import io.herald.submission.NotificationListsContract;
import io.herald.submission.NotificationsContract;
import io.herald.template.TemplatesContract;
import io.herald.tenant.KeysContract;
import io.herald.tenant.TenantsContract;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Holds the ports in memory to the contracts of the real ones. */
class MemoryStoreTest {

    private final MemoryStore store = new MemoryStore();

    @Nested
    class TheTimeline extends TimelineContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheUserTimeline extends UserTimelineContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheHistories extends HistoriesContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheOutbox extends OutboxContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheReconciliation extends ReconciliationContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheDueWork extends DueWorkContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheKeptAnswers extends KeptAnswersContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheNotificationLists extends NotificationListsContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheNotifications extends NotificationsContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheUsers extends UsersContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheTemplates extends TemplatesContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheCategories extends CategoriesContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheTenants extends TenantsContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheKeys extends KeysContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheInbox extends InboxContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class TheDeadLetters extends DeadLettersContract {
        @Override
        protected Store store() {
            return store;
        }

        @Override
        protected List<UndecodableRecord> kept() {
            return store.allDeadLetters();
        }
    }

    @Nested
    class TheJobs extends JobsContract {
        @Override
        protected Store store() {
            return store;
        }
    }

    @Nested
    class WhatIsReplayedAndDiscarded extends SettleDeadLettersContract {
        @Override
        protected Store store() {
            return store;
        }
    }
}
