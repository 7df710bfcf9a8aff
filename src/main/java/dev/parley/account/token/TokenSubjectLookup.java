package dev.parley.account.token;

import dev.parley.account.AccountRepository;
import dev.parley.account.TokenSubject;
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
class TokenSubjectLookup implements BatchHandler<TokenSubject, Optional<Caller>> {

    private final AccountRepository accounts;

    TokenSubjectLookup(AccountRepository accounts) {
        this.accounts = accounts;
    }

    @Override
    @Transactional
    public List<BatchOutcome<Optional<Caller>>> executeBatch(List<TokenSubject> bearers) {
        return callers(bearers).stream()
                .<BatchOutcome<Optional<Caller>>>map(BatchOutcome.Completed::new)
                .toList();
    }

    @Override
    @Transactional
    public Optional<Caller> executeSingle(TokenSubject bearer) {
        return callers(List.of(bearer)).getFirst();
    }

    private List<Optional<Caller>> callers(List<TokenSubject> bearers) {
        Map<UUID, AccountRepository.Known> known = accounts.known(bearers);
        return bearers.stream()
                .map(bearer ->
                        Optional.ofNullable(known.get(bearer.id().value()))
                                .filter(item -> item.passwordVersion() == bearer.passwordVersion())
                                .map(AccountRepository.Known::caller))
                .toList();
    }
}
