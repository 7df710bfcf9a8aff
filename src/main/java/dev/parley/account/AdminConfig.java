package dev.parley.account;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The administrator that Parley creates at the first start. */
@ConfigMapping(prefix = "parley.admin")
public interface AdminConfig {

    /** The administrator's name. Without a name and a password, no administrator is created. */
    Optional<String> username();

    /** The administrator's password. */
    Optional<String> password();
}
