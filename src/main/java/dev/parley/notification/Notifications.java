package dev.parley.notification;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** All notifications. */
@ApplicationScoped
class Notifications implements PanacheRepositoryBase<Notification, UUID> {}
