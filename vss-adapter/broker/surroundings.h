/*
 * surroundings.h - what a program that runs with rights takes from whoever started it.
 */
#ifndef NTDSBROKER_SURROUNDINGS_H
#define NTDSBROKER_SURROUNDINGS_H

/*
 * From now on DLLs that are loaded by name alone come from the system folder, and the variables
 * that stand for the system's folders are the system's, whatever the environment said: the
 * registrations of COM classes and the paths of writers are expanded by them. Call it before COM is
 * entered.
 */
void surroundings_trust_system_only(void);

#endif
