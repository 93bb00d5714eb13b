/** The {@code mindeye} command: an application on top of the libraries, and no API. */
package org.mindeye.cli;
