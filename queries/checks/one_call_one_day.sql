-- purpose: the same call id on two days is most likely the same call logged twice with different clocks
-- remedy: give each call its own call_id, or let merit derive one
SELECT call_id, MIN(day) AS first_day, MAX(day) AS last_day, COUNT(*) AS rows
FROM calls
GROUP BY call_id
HAVING MIN(day) < MAX(day)
