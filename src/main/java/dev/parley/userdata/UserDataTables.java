package dev.parley.userdata;

import dev.parley.platform.identity.UserId;
import java.util.List;

/**
 * Declares a module's tables with user data. Every erasure and every export uses all beans of this
 * type. A test walks the schema and fails if a table that references a user is declared by no bean.
 */
public interface UserDataTables {

    /** The module's tables with rows of users. */
    List<UserTable> tables();

    /**
     * Called in the transaction that erases the user, before anything is deleted.
     *
     * @throws RuntimeException if this user must not be erased; then nothing is erased
     */
    default void requireErasable(UserId user) {}
}
