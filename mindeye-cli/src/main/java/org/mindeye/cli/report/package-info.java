/** What the reports of several commands have in common. */
package org.mindeye.cli.report;
