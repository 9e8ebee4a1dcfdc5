package io.herald.infra;

import io.herald.catalog.Catalog;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** Herald as one stack. Empty so far: the functions of the catalog are named in its description. */
public final class HeraldStack extends Stack {

    public HeraldStack(Construct scope, String id) {
        super(
                scope,
                id,
                StackProps.builder()
                        .description(
                                "Herald, a notification system of %d functions"
                                        .formatted(Catalog.FUNCTIONS.size()))
                        .build());
    }
}
