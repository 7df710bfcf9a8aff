/** What the server does for the console: its files and its sessions. */
@NullMarked
package dev.parley.console.web;

import org.jspecify.annotations.NullMarked;
