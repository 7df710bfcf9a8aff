package dev.parley.quota.web;

import dev.parley.api.websocket.WebSocketQuery;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.QuotaService;
import jakarta.enterprise.context.ApplicationScoped;

/** The quota of the current user, over the WebSocket. */
@ApplicationScoped
class QuotaQuery implements WebSocketQuery {

    private final QuotaService quota;

    QuotaQuery(QuotaService quota) {
        this.quota = quota;
    }

    @Override
    public String command() {
        return "quota";
    }

    @Override
    public String answer() {
        return "quota.read";
    }

    @Override
    public QuotaView read(UserId user) {
        return QuotaView.of(quota.overview(user));
    }
}
