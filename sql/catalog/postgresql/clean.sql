-- Clean: what a step left in its session. The settings are made anew afterwards.

RESET SESSION AUTHORIZATION;

RESET ROLE;

DISCARD TEMP;

UNLISTEN *;

CLOSE ALL;

RESET ALL;
