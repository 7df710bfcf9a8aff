package dev.parley.account;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The administrator that the first start makes. */
@ConfigMapping(prefix = "parley.admin")
public interface AdminConfig {

    /** The administrator's name. Set both, or neither: then no administrator is made. */
    Optional<String> username();

    /** The administrator's password. */
    Optional<String> password();
}
