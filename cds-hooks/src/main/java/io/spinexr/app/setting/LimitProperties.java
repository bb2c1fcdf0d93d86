package io.spinexr.app.setting;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code spinexr.limits}: what one caller may take of what is for all. A caller is an address,
 * behind spinexr.trusted-proxies the one that they forward; an authenticated CDS client is one
 * besides, wherever it calls from.
 *
 * @param requestsPerSecond more are answered with 429; a second's requests may come at once
 * @param concurrentRequests more at a time are answered with 429; leave some of
 *     server.tomcat.threads.max to the others
 * @param connections more of one address are closed at once, but those of spinexr.trusted-proxies
 */
public record LimitProperties(
    @DefaultValue("1000") int requestsPerSecond,
    @DefaultValue("256") int concurrentRequests,
    @DefaultValue("1000") int connections) {
  public LimitProperties {
    Rules.inRange("limits.requests-per-second", requestsPerSecond, 1, 1_000_000);
    Rules.inRange("limits.concurrent-requests", concurrentRequests, 1, 100_000);
    Rules.inRange("limits.connections", connections, 1, 1_000_000);
  }
}
