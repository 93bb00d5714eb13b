/**
 * The quickstart: a simulated subject from painted scenes to retrieved pictures, and its report.
 */
package org.mindeye.cli.quickstart;
