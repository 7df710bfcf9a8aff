package dev.parley.account;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The administrator who is made at the first start. */
@ConfigMapping(prefix = "parley.admin")
public interface AdminConfig {

    Optional<String> username();

    Optional<String> password();
}
