package dev.parley.account.token;

import dev.parley.account.AccountRepository;
import dev.parley.account.TokenSubject;
import dev.parley.platform.database.groupcommit.BatchHandler;
import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Checks that the accounts of tokens still exist and that their passwords have not changed. Every
 * request needs this check, so concurrent requests share one SQL statement. Each transaction is its
 * own, since the statement ends it.
 */
@ApplicationScoped
class TokenSubjectLookup implements BatchHandler<TokenSubject, Optional<Caller>> {

    private final AccountRepository accounts;

    TokenSubjectLookup(AccountRepository accounts) {
        this.accounts = accounts;
    }

    @Override
    @Transactional(TxType.REQUIRES_NEW)
    public List<BatchOutcome<Optional<Caller>>> executeBatch(List<TokenSubject> subjects) {
        return callers(subjects).stream()
                .<BatchOutcome<Optional<Caller>>>map(BatchOutcome.Completed::new)
                .toList();
    }

    @Override
    @Transactional(TxType.REQUIRES_NEW)
    public Optional<Caller> executeSingle(TokenSubject subject) {
        return callers(List.of(subject)).getFirst();
    }

    /** The accounts that exist and are not disabled, by their ids. */
    @Transactional(TxType.REQUIRES_NEW)
    public Map<UUID, AccountRepository.Known> findEnabled(List<UserId> users) {
        return accounts.findEnabledAndCommit(users);
    }

    private List<Optional<Caller>> callers(List<TokenSubject> subjects) {
        Map<UUID, AccountRepository.Known> activeAccounts =
                accounts.findEnabledAndCommit(subjects.stream().map(TokenSubject::id).toList());
        return subjects.stream()
                .map(subject ->
                        Optional.ofNullable(activeAccounts.get(subject.id().value()))
                                .filter(account ->
                                        account.passwordVersion() == subject.passwordVersion())
                                .map(AccountRepository.Known::caller))
                .toList();
    }
}
