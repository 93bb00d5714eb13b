/** What the commands have in common on a console. */
package org.mindeye.cli.console;
