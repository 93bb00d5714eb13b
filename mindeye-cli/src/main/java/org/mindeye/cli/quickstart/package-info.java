/**
 * The quickstart: a simulated subject from scenes to pictures that are found and painted, and its
 * report.
 */
package org.mindeye.cli.quickstart;
