package dev.parley.account;

import dev.parley.platform.database.groupcommit.BatchHandler;
import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.identity.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks whether the accounts of tokens are still there and their passwords have not changed since:
 * every request asks this, so requests of the same moment share the statement.
 */
@ApplicationScoped
class Bearers implements BatchHandler<Bearer, Optional<Caller>> {

    private final Accounts accounts;

    Bearers(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    @Transactional
    public List<BatchOutcome<Optional<Caller>>> executeBatch(List<Bearer> bearers) {
        return callers(bearers).stream()
                .<BatchOutcome<Optional<Caller>>>map(BatchOutcome.Completed::new)
                .toList();
    }

    @Override
    @Transactional
    public Optional<Caller> executeSingle(Bearer bearer) {
        return callers(List.of(bearer)).getFirst();
    }

    private List<Optional<Caller>> callers(List<Bearer> bearers) {
        Map<UUID, Accounts.Known> known = accounts.known(bearers);
        return bearers.stream()
                .map(bearer ->
                        Optional.ofNullable(known.get(bearer.id().value()))
                                .filter(one -> one.passwordVersion() == bearer.passwordVersion())
                                .map(Accounts.Known::caller))
                .toList();
    }
}
