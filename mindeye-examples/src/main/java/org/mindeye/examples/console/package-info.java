/** What the commands have in common on a console. */
package org.mindeye.examples.console;
