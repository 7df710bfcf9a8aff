package dev.parley.userdata;

import dev.parley.platform.identity.UserId;
import java.util.List;

/**
 * What a module keeps of its users. Beans of this type are asked whenever somebody is erased or
 * exported; a test walks the schema and fails where a table that leads to a user is in none of
 * them.
 */
public interface UserDataTables {

    /** The module's tables with rows of users. */
    List<UserTable> tables();

    /**
     * Called in the transaction that is about to erase the user, before anything is.
     *
     * @throws RuntimeException where this user must not go; nothing is erased then
     */
    default void requireErasable(UserId user) {}
}
