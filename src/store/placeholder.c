typedef int plm_placeholder;
